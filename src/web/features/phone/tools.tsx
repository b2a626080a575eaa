import { lazy, Suspense, useState, type ComponentType, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Skeleton } from "../../ui/state.tsx";
import { useFeedback } from "./feedback.tsx";
import { PhoneFrame } from "./phone-frame.tsx";
import css from "./phone.module.css";
import { useScanner } from "./scanner.ts";
import type { Burst } from "./wedge.ts";

const Camera = lazy(async () => ({ default: (await import("./camera.tsx")).Camera }));

/** What the phone's page lends to a part of the product that is not its own. */
export interface PhoneTools {
  readonly Frame: ComponentType<{ title: string; children: ReactNode }>;
  readonly Scan: ComponentType<{ placeholder: string; onCode: (code: string) => void }>;
  readonly say: (kind: "good" | "bad", text: string) => void;
}

export function WithTools({ Part }: { Part: ComponentType<PhoneTools> }) {
  const say = useFeedback();
  return (
    <Suspense
      fallback={
        <main className={css.page}>
          <Skeleton lines={6} />
        </main>
      }
    >
      <Part Frame={PhoneFrame} Scan={ScanBar} say={say} />
    </Suspense>
  );
}

/** A code by gun, wherever the focus is, by camera, or typed. */
function ScanBar({ placeholder, onCode }: { placeholder: string; onCode: (code: string) => void }) {
  const { t } = useTranslation();
  const say = useFeedback();
  const [text, setText] = useState("");
  const [camera, setCamera] = useState(false);
  const onBurst = (burst: Burst) => {
    if (burst.kind === "several") say("bad", t("phone.bad.two_codes", { code: burst.codes.join(" ") }));
    if (burst.kind !== "code") return;
    setCamera(false);
    onCode(burst.code.trim());
  };
  useScanner(onBurst);
  return (
    <>
      <form
        className={css.search}
        data-ready="true"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() === "") return;
          onCode(text.trim());
          setText("");
        }}
      >
        <input
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder={placeholder}
          aria-label={placeholder}
          enterKeyHint="search"
        />
        <button type="button" className={css.small} onClick={() => setCamera(!camera)}>
          {t(camera ? "phone.count.stopCamera" : "phone.count.scan")}
        </button>
      </form>
      {camera && (
        <Suspense fallback={<Skeleton lines={2} />}>
          <Camera
            onBurst={onBurst}
            onNothing={() => say("bad", t("phone.bad.unknown", { code: "" }))}
            onClose={() => setCamera(false)}
          />
        </Suspense>
      )}
    </>
  );
}
