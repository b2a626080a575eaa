import { Button, Dropdown } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { LifeBody, SessionItem } from "../../../api/sessions.ts";
import { useCan } from "../../session.ts";
import { Icon } from "../../ui/icon.tsx";
import type { Life } from "./life-tag.tsx";
import { LifeDialog } from "./life-dialog.tsx";
import css from "./sessions.module.css";

type Step = LifeBody["step"];

/** What may happen to a session from where it is; signing and going live belong to the precheck. */
const stepsOf: Readonly<Record<Life, readonly Step[]>> = {
  draft: [],
  prechecked: ["reopen"],
  live: ["end"],
  ended: ["resume"],
  reviewed: ["reopen_review"],
};

interface SessionBarProps {
  readonly session: SessionItem;
  readonly at: "plan" | "precheck";
  /** Changes that the precheck would not see. */
  readonly dirty?: boolean;
}

/** Where one goes from a session's page, and the steps of its life. */
export function SessionBar({ session, at, dirty = false }: SessionBarProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayAct = useCan("session:write");
  const [step, setStep] = useState<Step | null>(null);
  const path = `/sessions/${encodeURIComponent(session.id)}`;
  const live = `/live/${encodeURIComponent(session.id)}`;
  const steps = mayAct ? stepsOf[session.life] : [];
  const before = session.life === "draft" || session.life === "prechecked";
  return (
    <>
      {at === "precheck" && <Button onClick={() => void navigate(path)}>{t("precheck.toPlan")}</Button>}
      {at === "plan" && before && (
        <Button
          type={dirty ? "default" : "primary"}
          disabled={dirty || session.slots.length === 0}
          title={dirty ? t("plan.saveFirst") : undefined}
          onClick={() => void navigate(`${path}/precheck`)}
        >
          {t("precheck.title")}
        </Button>
      )}
      {session.life === "live" && (
        <Link to={live} className={css.linkButton}>
          {t("sessions.toConsole")}
        </Link>
      )}
      {(session.life === "ended" || session.life === "reviewed") && (
        <Link to={`${live}/replay`} className={css.linkButton}>
          {t("sessions.toReplay")}
        </Link>
      )}
      {steps.length > 0 && (
        <Dropdown
          trigger={["click"]}
          menu={{
            items: steps.map((one) => ({
              key: one,
              label: t(`sessions.step.${one}`),
              danger: one === "end",
            })),
            onClick: ({ key }) => setStep(steps.find((one) => one === key) ?? null),
          }}
        >
          <Button icon={<Icon name="more" />} aria-label={t("sessions.more")} />
        </Dropdown>
      )}
      {step !== null && <LifeDialog session={session} step={step} onClose={() => setStep(null)} />}
    </>
  );
}
