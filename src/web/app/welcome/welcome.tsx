import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api } from "../../api.ts";
import { ImportFlow } from "../../features/import/import-flow.tsx";
import { keys } from "../../feed/apply.ts";
import { useSession, useShop } from "../../session.ts";
import { cx } from "../../ui/cx.ts";
import { useFormat } from "../../ui/format.ts";
import { useTitle } from "../../ui/hooks.ts";
import { Icon } from "../../ui/icon.tsx";
import { Logo } from "../../ui/logo.tsx";
import { ShopForm } from "../../ui/shop-form.tsx";
import { localTimeZone } from "../../ui/time-zones.ts";
import { DemoOffer } from "./demo-offer.tsx";
import css from "./welcome.module.css";

const steps = ["shop", "stock", "orders", "done"] as const;
type Step = (typeof steps)[number];

/** The first run: who the shop is, what it has, what it has sold. Only the first question must be answered. */
export function Welcome() {
  const { t } = useTranslation();
  const [step, setStep] = useState<Step>("shop");
  useTitle(t("welcome.title"));
  const next = () => setStep(steps[steps.indexOf(step) + 1] ?? "done");
  return (
    <div className={css.welcome}>
      <aside className={css.side}>
        <Logo />
        <h1 className={css.hello}>{t("welcome.title")}</h1>
        <p className={css.lead}>{t("welcome.lead")}</p>
        <ol className={css.steps}>
          {steps.map((one, index) => (
            <StepMark key={one} name={one} at={index} now={steps.indexOf(step)} />
          ))}
        </ol>
      </aside>
      <main className={css.main} id="main">
        <div className={css.width}>
          {step === "shop" && <ShopStep onNext={next} />}
          {step === "stock" && <FileStep key="stock" kind="stock" onNext={next} />}
          {step === "orders" && <FileStep key="orders" kind="orders" onNext={next} />}
          {step === "done" && <Done />}
        </div>
      </main>
    </div>
  );
}

function StepMark({ name, at, now }: { name: Step; at: number; now: number }) {
  const { t } = useTranslation();
  return (
    <li
      className={cx(css.step, at === now && css.now, at < now && css.past)}
      aria-current={at === now ? "step" : undefined}
    >
      <i>{at < now ? <Icon name="check" size={14} /> : at + 1}</i>
      {t(`welcome.step.${name}`)}
    </li>
  );
}

function ShopStep({ onNext }: { onNext: () => void }) {
  const { t } = useTranslation();
  const shop = useShop();
  // What nobody has saved yet is a guess of the server's; a better one is where this browser stands.
  const first = useSession()?.setup !== "done";
  return (
    <>
      <h2 className={css.title}>{t("welcome.shop.title")}</h2>
      <p className={css.text}>{t("welcome.shop.text")}</p>
      <div className={css.card}>
        <ShopForm
          shop={first ? { ...shop, name: "", timeZone: localTimeZone() } : shop}
          submitText={t("welcome.next")}
          onSaved={onNext}
        />
      </div>
    </>
  );
}

function FileStep({ kind, onNext }: { kind: "stock" | "orders"; onNext: () => void }) {
  const { t } = useTranslation();
  const [id, setId] = useState<string | null>(null);
  return (
    <>
      <h2 className={css.title}>{t(`welcome.${kind}.title`)}</h2>
      <p className={css.text}>{t(`welcome.${kind}.text`)}</p>
      <ImportFlow id={id} kind={kind} onImport={setId} onDone={onNext} doneText={t("welcome.next")} />
      {id === null && (
        <Button type="text" onClick={onNext}>
          {t("welcome.skip")}
        </Button>
      )}
      {id === null && kind === "stock" && <DemoOffer />}
    </>
  );
}

function Done() {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { data: totals } = useQuery({
    queryKey: keys.stockTotals,
    queryFn: async ({ signal }) => (await api.stock({ limit: 1 }, signal)).totals ?? null,
  });
  const finish = async (page: "/stock" | "/sessions") => {
    await client.invalidateQueries({ queryKey: keys.me });
    void navigate(page, { replace: true });
  };
  return (
    <div className={css.done}>
      <span className={css.mark}>
        <Icon name="check" size={34} />
      </span>
      <h2 className={css.title}>{t("welcome.done.title")}</h2>
      <p className={css.text}>
        {totals == null || totals.skus === 0
          ? t("welcome.done.empty")
          : t("welcome.done.text", { skus: format.number(totals.skus), units: format.number(totals.onHand) })}
      </p>
      <div className={css.next}>
        <Button type="primary" size="large" onClick={() => void finish("/stock")}>
          {t("welcome.done.open")}
        </Button>
        <Button size="large" onClick={() => void finish("/sessions")}>
          {t("welcome.done.plan")}
        </Button>
      </div>
    </div>
  );
}
