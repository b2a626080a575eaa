import { App, Button } from "antd";
import { useEffect, useReducer, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SessionItem } from "../../../api/sessions.ts";
import { ApiError } from "../../api.ts";
import { useCan } from "../../session.ts";
import { ErrorNote, Note } from "../../ui/state.tsx";
import { Page } from "../../ui/page.tsx";
import { useWords } from "../../ui/words.ts";
import { AddProducts } from "./add-products.tsx";
import { hasDrafts, keepDraft, openDraft } from "./drafts.ts";
import { HeadCards } from "./head-cards.tsx";
import { differs, draftOf, edit, problemsOf, spareMinutes, type Draft, type FieldProblem } from "./plan.ts";
import { RunOfShow } from "./run-of-show.tsx";
import { SessionBar } from "./session-bar.tsx";
import css from "./sessions.module.css";
import { SubtitleOf } from "./subtitle.tsx";
import { useProducts } from "./use-products.ts";
import { isConflict, useSavePlan } from "./use-save-plan.ts";

const noProblems: readonly FieldProblem[] = [];

/** The plan while somebody works on it: nothing is sent before it is saved, and nothing is lost by a conflict. */
export function PlanEditor({ session }: { session: SessionItem }) {
  const { t } = useTranslation();
  const [kept] = useState(() => openDraft(session.id));
  const [base, setBase] = useState(kept?.base ?? session);
  const [draft, change] = useReducer(edit, kept?.draft ?? draftOf(session));
  const dirty = differs(draft, draftOf(base));
  const mayPlan = useCan("catalog:write");
  const readOnly = !mayPlan || session.life === "ended" || session.life === "reviewed";
  const { products, unknown } = useProducts(draft.slots);
  const take = (next: SessionItem) => {
    setBase(next);
    change({ kind: "load", draft: draftOf(next) });
  };
  const save = useSavePlan(session.id, take);
  useKeptDraft(session.id, base, draft, dirty);
  const discard = (next: SessionItem) => {
    save.reset();
    take(next);
  };
  // Somebody else's change is taken over at once, as long as nothing of one's own would be lost.
  if (session.version > base.version && !dirty) take(session);

  const problems = save.error instanceof ApiError ? problemsOf(save.error.problem) : noProblems;
  return (
    <Page
      title={base.title}
      subtitle={<SubtitleOf session={session} />}
      actions={<SessionBar session={session} at="plan" dirty={dirty} />}
    >
      <div className={css.plan}>
        <section className={css.show} aria-label={t("plan.runOfShow")}>
          {!readOnly && (
            <AddProducts
              empty={draft.slots.length === 0}
              onAdd={(slots) => change({ kind: "add", slots })}
              onReplace={(slots) => change({ kind: "replace", slots })}
            />
          )}
          {draft.slots.length > 0 ? (
            <RunOfShow
              draft={draft}
              products={products}
              unknown={unknown}
              problems={problems}
              checked={save.variables?.draft.slots ?? draft.slots}
              readOnly={readOnly}
              onChange={change}
            />
          ) : (
            <p className={css.noSlots}>{t("plan.empty")}</p>
          )}
          <Length spare={spareMinutes(draft)} slots={draft.slots.length} />
        </section>
        <HeadCards draft={draft} problems={problems} readOnly={readOnly} onChange={change} />
      </div>
      {!readOnly && (dirty || save.isPending || save.error !== null) && (
        <SaveBar
          save={save}
          draft={draft}
          version={base.version}
          problems={problems}
          onDiscard={() => discard(session)}
          onTake={discard}
        />
      )}
    </Page>
  );
}

interface SaveBarProps {
  readonly save: ReturnType<typeof useSavePlan>;
  readonly draft: Draft;
  readonly version: number;
  readonly problems: readonly FieldProblem[];
  readonly onDiscard: () => void;
  readonly onTake: (session: SessionItem) => void;
}

/** What is not saved, why it could not be, and what can be done. */
function SaveBar({ save, draft, version, problems, onDiscard, onTake }: SaveBarProps) {
  const { t } = useTranslation();
  const state =
    problems.length > 0 ? (
      <ProblemSummary problems={problems} />
    ) : save.error === null ? (
      t("plan.unsaved")
    ) : (
      <ErrorNote error={save.error} />
    );
  return (
    <div className={css.saveBar}>
      {isConflict(save.error) ? (
        <Conflict save={save} draft={draft} onTake={onTake} />
      ) : (
        <>
          <span className={css.saveText}>{state}</span>
          <Button onClick={onDiscard}>{t("plan.discard")}</Button>
          <Button type="primary" loading={save.isPending} onClick={() => save.mutate({ draft, version })}>
            {t("common.save")}
          </Button>
        </>
      )}
    </div>
  );
}

/** The first thing that is wrong, in words; each stands at its field, too. */
function ProblemSummary({ problems }: { problems: readonly FieldProblem[] }) {
  const { t, i18n } = useTranslation();
  const first = problems[0];
  const text = i18n.language === "en" ? first?.en : first?.zh;
  const more = problems.length - 1;
  return (
    <Note tone="bad">
      {text}
      {more > 0 && ` ${t("plan.moreProblems", { count: more })}`}
    </Note>
  );
}

function Length({ spare, slots }: { spare: number; slots: number }) {
  const { t } = useTranslation();
  if (slots === 0) return null;
  const key = spare === 0 ? "exact" : spare > 0 ? "spare" : "over";
  return (
    <p className={spare < 0 ? `${css.length} tier2` : `${css.length} muted`}>
      {t(`plan.length.${key}`, { count: Math.abs(spare) })}
    </p>
  );
}

interface ConflictProps {
  readonly save: ReturnType<typeof useSavePlan>;
  readonly draft: Draft;
  readonly onTake: (session: SessionItem) => void;
}

/** Two people changed one plan. The later one decides: take the other's, or keep one's own in its place. */
function Conflict({ save, draft, onTake }: ConflictProps) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const { latest } = save;
  const who = useWords().actor(latest?.updatedBy ?? "");
  const overwrite = () =>
    void modal.confirm({
      title: t("plan.conflict.overwriteAsk"),
      content: t("plan.conflict.overwriteText", { who }),
      okText: t("plan.conflict.overwrite"),
      cancelText: t("common.cancel"),
      onOk: () => latest !== null && save.mutate({ draft, version: latest.version }),
    });
  return (
    <>
      <span className={css.saveText}>
        <Note tone="warn">{t("plan.conflict.text", { who })}</Note>
      </span>
      <Button disabled={latest === null} onClick={() => latest !== null && onTake(latest)}>
        {t("plan.conflict.take")}
      </Button>
      <Button type="primary" disabled={latest === null} loading={save.isPending} onClick={overwrite}>
        {t("plan.conflict.keep")}
      </Button>
    </>
  );
}

/** What is not saved survives a look at another page, and the browser asks before it throws it away. */
function useKeptDraft(session: string, base: SessionItem, draft: Draft, dirty: boolean): void {
  useEffect(() => keepDraft(session, dirty ? { base, draft } : null), [session, base, draft, dirty]);
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (hasDrafts()) event.preventDefault();
    };
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, []);
}
