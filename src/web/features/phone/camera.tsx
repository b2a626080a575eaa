import { BarcodeDetector as OwnDetector, prepareZXingModule } from "barcode-detector/ponyfill";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import readerUrl from "zxing-wasm/reader/zxing_reader.wasm?url";
import { Icon } from "../../ui/icon.tsx";
import css from "./camera.module.css";
import type { Burst } from "./wedge.ts";

const lookMs = 140;
/** The same code before the lens is one scan; it counts again after this, or when it was away. */
const sameMs = 1_400;
const formats = [
  "ean_13",
  "ean_8",
  "upc_a",
  "upc_e",
  "itf",
  "code_128",
  "code_39",
  "qr_code",
  "data_matrix",
] as const;

interface Detector {
  detect(image: ImageBitmap | HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}

/** The browser's own reader where it has one; else one in WebAssembly, which this server serves. */
function makeDetector(): Detector {
  const native = (globalThis as { BarcodeDetector?: new (options: object) => Detector }).BarcodeDetector;
  try {
    if (native !== undefined) return new native({ formats });
  } catch {
    // It does not know these formats: ours does.
  }
  prepareZXingModule({
    overrides: {
      locateFile: (file: string, prefix: string) => (file.endsWith(".wasm") ? readerUrl : prefix + file),
    },
  });
  return new OwnDetector({ formats: [...formats] });
}

function burstOf(found: readonly { readonly rawValue: string }[]): Burst | null {
  const codes = [...new Set(found.map((one) => one.rawValue).filter((code) => code !== ""))];
  const [code] = codes;
  if (code === undefined) return null;
  return codes.length > 1 ? { kind: "several", codes } : { kind: "code", code };
}

interface CameraProps {
  readonly onBurst: (burst: Burst) => void;
  readonly onNothing: () => void;
  readonly onClose: () => void;
}

type Trouble = "insecure" | "denied" | "reader";

interface Stream {
  readonly detector: Detector;
  readonly onBurst: (burst: Burst) => void;
  readonly onTrouble: (trouble: Trouble) => void;
}

/** Reads what the camera sees, as long as its picture is on the page. */
function useStream({ detector, onBurst, onTrouble }: Stream) {
  const video = useRef<HTMLVideoElement>(null);
  const latest = useRef({ onBurst, onTrouble });
  useEffect(() => {
    latest.current = { onBurst, onTrouble };
  });
  useEffect(() => {
    if (!isSecureContext) return;
    let over = false;
    let stream: MediaStream | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last = { name: "", at: 0 };
    const look = async () => {
      const element = video.current;
      try {
        if (element !== null && element.readyState >= element.HAVE_CURRENT_DATA) {
          const burst = burstOf(await detector.detect(element));
          if (over) return;
          const name = JSON.stringify(burst);
          const now = performance.now();
          if (burst !== null && (name !== last.name || now - last.at > sameMs)) latest.current.onBurst(burst);
          if (burst !== null) last = { name, at: name === last.name ? last.at : now };
          if (burst !== null && now - last.at > sameMs) last = { name, at: now };
        }
      } catch {
        if (!over) latest.current.onTrouble("reader");
        return;
      }
      if (!over) timer = setTimeout(() => void look(), lookMs);
    };
    navigator.mediaDevices
      .getUserMedia({ video: { facingMode: "environment", width: { ideal: 1_280 } } })
      .then(async (made) => {
        stream = made;
        if (over || video.current === null) return made.getTracks().forEach((track) => track.stop());
        video.current.srcObject = made;
        await video.current.play();
        return look();
      })
      .catch(() => {
        if (!over) latest.current.onTrouble("denied");
      });
    return () => {
      over = true;
      clearTimeout(timer);
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, [detector]);
  return video;
}

/** The camera over the lower half of the page; where the page may not use it, a photo does. */
export function Camera({ onBurst, onNothing, onClose }: CameraProps) {
  const { t } = useTranslation();
  const [detector] = useState(makeDetector);
  const [trouble, setTrouble] = useState<Trouble | null>(() => (isSecureContext ? null : "insecure"));
  const video = useStream({ detector, onBurst, onTrouble: setTrouble });
  const readPhoto = async (file: File | undefined) => {
    if (file === undefined) return;
    try {
      const burst = burstOf(await detector.detect(await createImageBitmap(file)));
      if (burst === null) onNothing();
      else onBurst(burst);
    } catch {
      setTrouble("reader");
    }
  };
  return (
    <section className={css.box} aria-label={t("phone.camera.title")}>
      {trouble === null ? (
        <>
          <video ref={video} className={css.video} playsInline muted />
          <i className={css.aim} aria-hidden="true" />
        </>
      ) : (
        <p className={css.trouble}>{t(`phone.camera.${trouble}`)}</p>
      )}
      <div className={css.foot}>
        <label className={css.photo}>
          {t("phone.camera.photo")}
          <input
            type="file"
            accept="image/*"
            capture="environment"
            onChange={(event) => {
              void readPhoto(event.target.files?.[0]);
              event.target.value = "";
            }}
          />
        </label>
        <button type="button" className={css.close} aria-label={t("common.close")} onClick={onClose}>
          <Icon name="close" size={22} />
        </button>
      </div>
    </section>
  );
}

/** What the reader needs beside its script, to be kept for when there is no network. */
export const readerFiles = [readerUrl];
