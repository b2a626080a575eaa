import { lazy, Suspense, useState, type ComponentType, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Skeleton } from "../../ui/state.tsx";
import { useArrivals, useKeptAnswers } from "./arrivals.ts";
import { useFeedback } from "./feedback.tsx";
import { useBinNames } from "./moves-world.tsx";
import { PhoneFrame } from "./phone-frame.tsx";
import css from "./phone.module.css";
import { useScanner } from "./scanner.ts";
import type { Burst } from "./wedge.ts";
import { useCodeBook } from "./world.tsx";

const Camera = lazy(async () => ({ default: (await import("./camera.tsx")).Camera }));

/** What the phone's page lends to a part of the product that is not its own. */
export interface PhoneTools {
  readonly Frame: ComponentType<{ title: string; children: ReactNode }>;
  readonly Scan: ComponentType<{ placeholder: string; onCode: (code: string) => void }>;
  /** The same where a product is due: what is none gets its word and sound here. `units`: of a case. */
  readonly ScanGoods: ComponentType<GoodsScanProps>;
  readonly say: (kind: "good" | "bad", text: string) => void;
  /** The server's answer, or what this phone kept of it. */
  readonly read: ReturnType<typeof useKeptAnswers>;
  readonly useArrivals: typeof useArrivals;
}

interface GoodsScanProps {
  readonly placeholder: string;
  /** Whose bins it knows. */
  readonly warehouse: string;
  readonly onCode: (code: string, units: number) => void;
}

export function WithTools({ Part }: { Part: ComponentType<PhoneTools> }) {
  const say = useFeedback();
  const read = useKeptAnswers();
  return (
    <Suspense
      fallback={
        <main className={css.page}>
          <Skeleton lines={6} />
        </main>
      }
    >
      <Part
        Frame={PhoneFrame}
        Scan={ScanBar}
        ScanGoods={GoodsBar}
        say={say}
        read={read}
        useArrivals={useArrivals}
      />
    </Suspense>
  );
}

/** A product's code, a case's or a lot's; a bin's, half a barcode, or two at once change nothing. */
function GoodsBar({ placeholder, warehouse, onCode }: GoodsScanProps) {
  const { t } = useTranslation();
  const say = useFeedback();
  const book = useCodeBook(useBinNames(warehouse));
  return (
    <ScanBar
      placeholder={placeholder}
      onCode={(code) => {
        const scan = book.judge(code, "sku");
        if (scan.kind === "sku" && scan.units !== undefined) onCode(scan.good.sku, scan.units);
        else if (scan.kind === "bad" && scan.why !== "ambiguous") {
          const why = scan.why === "bin_not_sku" ? "bin_here" : scan.why;
          say("bad", t(`phone.bad.${why}`, { code: scan.code }));
        } else onCode(code, 1);
      }}
    />
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
