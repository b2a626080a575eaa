import { Button } from "antd";
import { useRef, useState, type DragEvent } from "react";
import { cx } from "./cx.ts";
import { Icon } from "./icon.tsx";
import css from "./file-pick.module.css";

interface FilePickProps {
  readonly title: string;
  readonly text: string;
  readonly button: string;
  readonly accept: string;
  readonly busy: boolean;
  readonly disabled?: boolean;
  readonly onFile: (file: File) => void;
}

/** Takes one file, dropped or chosen. */
export function FilePick({ title, text, button, accept, busy, disabled = false, onFile }: FilePickProps) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (file: File | undefined) => {
    if (file !== undefined && !busy && !disabled) onFile(file);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  return (
    <div
      className={cx(css.drop, over && css.over)}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <Icon name="upload" size={26} />
      <div className={css.words}>
        <b>{title}</b>
        <p>{text}</p>
      </div>
      <Button
        type="primary"
        size="large"
        loading={busy}
        disabled={disabled}
        onClick={() => input.current?.click()}
      >
        {button}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        aria-label={button}
        data-testid="file"
        onChange={(event) => {
          take(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
    </div>
  );
}
