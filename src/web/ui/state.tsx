import { Button } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api.ts";
import { cx } from "./cx.ts";
import { Icon, type IconName } from "./icon.tsx";
import css from "./state.module.css";

interface EmptyProps {
  readonly icon?: IconName;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** What a page shows where there is nothing to show, and what to do about it. */
export function Empty({ icon = "stock", title, children, actions }: EmptyProps) {
  return (
    <div className={css.state}>
      <div className={css.circle}>
        <Icon name={icon} size={26} />
      </div>
      <p className={css.title}>{title}</p>
      {children != null && <div className={css.text}>{children}</div>}
      {actions != null && <div className={css.actions}>{actions}</div>}
    </div>
  );
}

/** The sentence for a failure, in the language of the page. */
export function useProblemText(): (error: unknown) => string {
  const { t, i18n } = useTranslation();
  return (error) => {
    if (!(error instanceof ApiError)) return t("problem.unexpected");
    if (error.code === "offline") return t("problem.offline");
    const english = i18n.language === "en";
    // The sentence around it speaks to programs; a person needs the reason.
    const reason = error.problem?.[english ? "problem" : "problemZh"];
    if (error.code === "invalid_body" && typeof reason === "string") return reason;
    const detail = english ? error.problem?.detail : error.problem?.detailZh;
    if (typeof detail === "string" && detail !== "") return detail;
    return t("problem.status", { status: error.status });
  };
}

/** A failure that takes the place of content. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const textOf = useProblemText();
  return (
    <div className={css.state} role="alert">
      <div className={cx(css.circle, css.bad)}>
        <Icon
          name={error instanceof ApiError && error.code === "offline" ? "offline" : "warning"}
          size={26}
        />
      </div>
      <p className={css.title}>{t("problem.title")}</p>
      <div className={css.text}>{textOf(error)}</div>
      {onRetry !== undefined && (
        <div className={css.actions}>
          <Button onClick={onRetry}>{t("common.retry")}</Button>
        </div>
      )}
    </div>
  );
}

type NoteTone = "bad" | "warn" | "good" | "plain";

/** A sentence in a box: a refusal beside a form, a hint, a success. */
export function Note({ tone = "plain", children }: { tone?: NoteTone; children: ReactNode }) {
  return (
    <div className={cx(css.note, css[tone])} role={tone === "bad" ? "alert" : "status"}>
      {children}
    </div>
  );
}

/** The failure of a form's last try, if it had one. */
export function ErrorNote({ error }: { error: unknown }) {
  const textOf = useProblemText();
  return error == null ? null : <Note tone="bad">{textOf(error)}</Note>;
}

/** Grey bars in the shape of what is to come. */
export function Skeleton({ lines = 4 }: { lines?: number }) {
  const { t } = useTranslation();
  return (
    <output className={css.skeleton} aria-label={t("common.loading")}>
      {Array.from({ length: lines }, (_, index) => (
        <i key={index} style={{ width: `${92 - ((index * 17) % 40)}%` }} />
      ))}
    </output>
  );
}
