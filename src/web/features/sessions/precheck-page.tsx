import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { PrecheckItem, SessionItem } from "../../../api/sessions.ts";
import { cx } from "../../ui/cx.ts";
import { useFormat } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Page } from "../../ui/page.tsx";
import { Failure, Note, Skeleton } from "../../ui/state.tsx";
import { sessionKeys, sessions } from "./client.ts";
import { useCheckName, useEvidence } from "./evidence.ts";
import { FixAll } from "./fix-all.tsx";
import { Fixes } from "./fixes.tsx";
import css from "./precheck.module.css";
import { donePercent, groupsOf, type Group, type Result } from "./precheck.ts";
import { SessionBar } from "./session-bar.tsx";
import { SignBar } from "./sign-bar.tsx";
import { SubtitleOf } from "./subtitle.tsx";

/** What is looked at before a session goes live: one list, the worst first, each line with what mends it. */
export function PrecheckPage() {
  const { t } = useTranslation();
  const { session: id = "" } = useParams();
  const session = useQuery({
    queryKey: sessionKeys.one(id),
    queryFn: ({ signal }) => sessions.get(id, signal),
    refetchInterval: 30_000,
  });
  const list = useQuery({
    queryKey: sessionKeys.precheck(id),
    queryFn: ({ signal }) => sessions.precheck(id, signal),
    refetchInterval: 30_000,
  });
  const error = session.error ?? list.error;
  return (
    <Page
      title={
        session.data === undefined ? t("precheck.title") : `${t("precheck.title")} · ${session.data.title}`
      }
      subtitle={session.data !== undefined && <SubtitleOf session={session.data} />}
      actions={session.data !== undefined && <SessionBar session={session.data} at="precheck" />}
    >
      {list.data !== undefined && session.data !== undefined ? (
        <List
          session={session.data}
          list={list.data}
          busy={list.isFetching}
          onAgain={() => void list.refetch()}
        />
      ) : error === null ? (
        <Skeleton lines={10} />
      ) : (
        <Failure error={error} onRetry={() => void Promise.all([session.refetch(), list.refetch()])} />
      )}
    </Page>
  );
}

interface ListProps {
  readonly session: SessionItem;
  readonly list: PrecheckItem;
  readonly busy: boolean;
  readonly onAgain: () => void;
}

function List({ session, list, busy, onAgain }: ListProps) {
  const { t } = useTranslation();
  const groups = groupsOf(list.lines);
  const open = groups.filter((group) => group.worst !== "pass");
  const passed = groups.filter((group) => group.worst === "pass");
  const before = session.life === "draft" || session.life === "prechecked";
  return (
    <>
      <Progress list={list} busy={busy} onAgain={onAgain} />
      {list.worse.length > 0 && <Note tone="warn">{t("precheck.worse", { count: list.worse.length })}</Note>}
      <FixAll session={session} list={list} />
      {open.length === 0 && <Note tone="good">{t("precheck.allRight")}</Note>}
      {open.map((group) => (
        <GroupCard key={group.sku ?? ""} group={group} session={session} worse={list.worse} />
      ))}
      {passed.length > 0 && <PassedGroups groups={passed} />}
      {before && <SignBar session={session} list={list} />}
    </>
  );
}

const results = ["fail", "warn", "pass"] as const;

function Progress({ list, busy, onAgain }: Omit<ListProps, "session">) {
  const { t } = useTranslation();
  const format = useFormat();
  const { sums } = list;
  const percent = donePercent(sums);
  return (
    <div className={css.progress}>
      <b className={css.percent}>
        {percent}%<span className="only-read"> {t("precheck.progress", { percent })}</span>
      </b>
      <div className={css.bars}>
        <div className={css.bar} aria-hidden="true">
          {results.toReversed().map((result) => (
            <i key={result} className={css[result]} style={{ flexGrow: sums[result] }} />
          ))}
        </div>
        <p className={css.sums}>
          {results.map((result) => (
            <span key={result}>
              <i className={cx(css.dot, css[result])} />
              {t(`precheck.sum.${result}`, { n: format.number(sums[result]) })}
            </span>
          ))}
          <span className="muted">{t("precheck.at", { time: format.clock(list.at) })}</span>
        </p>
      </div>
      <Button loading={busy} onClick={onAgain}>
        {t("precheck.again")}
      </Button>
    </div>
  );
}

const icons = { pass: "check", warn: "warning", fail: "close" } as const;

function Mark({ result }: { result: Result }) {
  const { t } = useTranslation();
  return (
    <span className={cx(css.mark, css[result])}>
      <Icon name={icons[result]} size={14} />
      <span className="only-read">{t(`precheck.result.${result}`)}</span>
    </span>
  );
}

interface GroupCardProps {
  readonly group: Group;
  readonly session: SessionItem;
  readonly worse: readonly string[];
}

function GroupCard({ group, session, worse }: GroupCardProps) {
  const { t } = useTranslation();
  const checkName = useCheckName();
  const evidenceOf = useEvidence();
  const [all, setAll] = useState(false);
  return (
    <section className={css.group}>
      <h2 className={css.groupTitle}>
        <GroupName group={group} />
      </h2>
      <ul>
        {group.open.map((line) => (
          <li key={line.id} className={css.line} data-line={line.id} data-result={line.result}>
            <Mark result={line.result} />
            <div className={css.what}>
              <b>{checkName(line.check)}</b>
              <span>{evidenceOf(line)}</span>
              {worse.includes(line.id) && <em className="tier2">{t("precheck.sinceSigned")}</em>}
            </div>
            <Fixes session={session} line={line} />
          </li>
        ))}
        {all &&
          group.passed.map((line) => (
            <li key={line.id} className={css.line}>
              <Mark result="pass" />
              <div className={css.what}>
                <b>{checkName(line.check)}</b>
                <span>{evidenceOf(line)}</span>
              </div>
            </li>
          ))}
      </ul>
      {group.passed.length > 0 && (
        <button type="button" className={css.more} aria-expanded={all} onClick={() => setAll(!all)}>
          {t(all ? "precheck.lessLines" : "precheck.moreLines", { count: group.passed.length })}
        </button>
      )}
    </section>
  );
}

function GroupName({ group: { sku, name } }: { group: Group }) {
  const { t } = useTranslation();
  if (sku === null) return t("precheck.connections");
  return (
    <>
      <Link to={`/stock/${encodeURIComponent(sku)}`}>{name === null || name === "" ? sku : name}</Link>
      <small>{sku}</small>
    </>
  );
}

function PassedGroups({ groups }: { groups: readonly Group[] }) {
  const { t } = useTranslation();
  const checkName = useCheckName();
  const evidenceOf = useEvidence();
  const [open, setOpen] = useState(false);
  return (
    <section className={css.group}>
      <button type="button" className={css.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Mark result="pass" />
        {t("precheck.passedGroups", { count: groups.length })}
        <span className={cx(css.chevron, open && css.turned)}>
          <Icon name="down" size={16} />
        </span>
      </button>
      {open &&
        groups.map((group) => (
          <div key={group.sku ?? ""} className={css.passed}>
            <h3 className={css.groupTitle}>
              <GroupName group={group} />
            </h3>
            <p className="muted">
              {group.passed.map((line) => `${checkName(line.check)}: ${evidenceOf(line)}`).join(" · ")}
            </p>
          </div>
        ))}
    </section>
  );
}
