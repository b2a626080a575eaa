import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Segmented } from "antd";
import { useEffect, useState, type ComponentProps, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { CountPolicyBody } from "../../../api/counts.ts";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { useCan } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { useFormat } from "../../ui/format.ts";
import { NumberField } from "../../ui/number-field.tsx";
import { Page } from "../../ui/page.tsx";
import { ErrorNote, Failure, Skeleton } from "../../ui/state.tsx";
import { countKeys, counts } from "./client.ts";
import css from "./policy.module.css";

const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const classes = ["A", "B", "C"] as const;
const roles = ["warehouse", "operator", "owner"] as const;
const previewAfterMs = 400;
const binsMax = 20_000;
const daysMax = 366;

/** How the shop counts: what is tolerated, who signs what, and which bins are due. */
export function PolicyPage() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: countKeys.policy,
    queryFn: ({ signal }) => counts.policy(signal),
  });
  return (
    <Page title={t("counts.policy.title")} subtitle={t("counts.policy.subtitle")}>
      {data === undefined && error === null && <Skeleton lines={8} />}
      {data === undefined && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && <Editor key={data.version} saved={data} />}
    </Page>
  );
}

/** What is typed, a moment after nobody has typed any more. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), previewAfterMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

function Editor({ saved }: { saved: CountPolicyBody }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const mayChange = useCan("catalog:write");
  const [policy, setPolicy] = useState(saved);
  const change = (part: Partial<CountPolicyBody>) => setPolicy({ ...policy, ...part });
  const save = useMutation({
    mutationFn: () => counts.putPolicy(policy),
    onSuccess: (now) => {
      message.success(t("counts.policy.saved"));
      client.setQueryData(countKeys.policy, now);
      void client.invalidateQueries({ queryKey: countKeys.all });
    },
  });
  const props = { policy, change, disabled: !mayChange };
  return (
    <div className={css.page}>
      <Tolerances {...props} />
      <Levels {...props} />
      <Classes {...props} />
      <Weekdays {...props} />
      <Picks {...props} />
      {mayChange && <Preview policy={policy} />}
      {mayChange && (
        <div className={css.save}>
          <ErrorNote error={save.error} />
          <Button
            type="primary"
            loading={save.isPending}
            disabled={policy === saved}
            onClick={() => save.mutate()}
          >
            {t("counts.policy.save")}
          </Button>
        </div>
      )}
    </div>
  );
}

interface PartProps {
  readonly policy: CountPolicyBody;
  readonly change: (part: Partial<CountPolicyBody>) => void;
  readonly disabled: boolean;
}

/** A number with its name above it. */
function NumberRow({ name, ...field }: { name: string } & Omit<ComponentProps<typeof NumberField>, "label">) {
  return (
    <Field name={name}>
      <NumberField label={name} {...field} />
    </Field>
  );
}

function Field({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={css.field}>
      <span>{name}</span>
      {children}
    </div>
  );
}

function Tolerances({ policy, change, disabled }: PartProps) {
  const { t } = useTranslation();
  const { tolerance } = policy;
  const set = (part: Partial<CountPolicyBody["tolerance"]>) =>
    change({ tolerance: { ...tolerance, ...part } });
  return (
    <Card title={t("counts.policy.tolerance")} note={t("counts.policy.toleranceNote")}>
      <div className={css.fields}>
        <NumberRow
          name={t("counts.policy.units")}
          value={tolerance.units}
          onChange={(units) => set({ units })}
          placeholder={t("counts.policy.noLimit")}
          suffix={t("counts.policy.unit")}
          disabled={disabled}
        />
        <NumberRow
          name={t("counts.policy.percent")}
          value={tolerance.percent}
          onChange={(percent) => set({ percent })}
          placeholder={t("counts.policy.noLimit")}
          most={100}
          suffix="%"
          disabled={disabled}
        />
        <NumberRow
          name={t("counts.policy.value")}
          value={tolerance.valueMinor}
          onChange={(valueMinor) => set({ valueMinor })}
          placeholder={t("counts.policy.noLimit")}
          decimals={2}
          suffix="¥"
          disabled={disabled}
        />
      </div>
    </Card>
  );
}

function Levels({ policy, change, disabled }: PartProps) {
  const { t } = useTranslation();
  return (
    <Card title={t("counts.policy.levels")} note={t("counts.policy.levelsNote")}>
      <div className={css.fields}>
        {roles.map((role) => {
          const level = policy.levels.find((one) => one.role === role);
          const others = policy.levels.filter((one) => one.role !== role);
          const name = t(`role.${role}`);
          return (
            <NumberRow
              key={role}
              name={name}
              value={level === undefined ? 0 : level.valueMinorMax}
              onChange={(valueMinorMax) => change({ levels: [...others, { role, valueMinorMax }] })}
              placeholder={t("counts.policy.noLimit")}
              decimals={2}
              suffix="¥"
              disabled={disabled}
            />
          );
        })}
      </div>
    </Card>
  );
}

function Classes({ policy, change, disabled }: PartProps) {
  const { t } = useTranslation();
  const { everyDays, abcPercent = { a: 80, b: 95 } } = policy;
  const shares = (["a", "b"] as const).map((part) => (
    <NumberRow
      key={part}
      name={t(`counts.policy.share.${part}`)}
      value={abcPercent[part]}
      onChange={(value) => change({ abcPercent: { ...abcPercent, [part]: value ?? abcPercent[part] } })}
      least={1}
      most={part === "a" ? 99 : 100}
      suffix="%"
      required
      disabled={disabled}
    />
  ));
  return (
    <Card title={t("counts.policy.classes")} note={t("counts.policy.classesNote")}>
      <div className={css.fields}>
        {shares}
        {classes.map((one) => (
          <NumberRow
            key={one}
            name={t("counts.policy.every", { class: one })}
            value={everyDays[one]}
            onChange={(days) => change({ everyDays: { ...everyDays, [one]: days ?? everyDays[one] } })}
            least={1}
            most={daysMax}
            suffix={t("counts.policy.days")}
            required
            disabled={disabled}
          />
        ))}
      </div>
    </Card>
  );
}

function Weekdays({ policy, change, disabled }: PartProps) {
  const { t } = useTranslation();
  const { binsByWeekday } = policy;
  return (
    <Card title={t("counts.policy.weekdays")} note={t("counts.policy.weekdaysNote")}>
      <div className={css.week}>
        {weekdays.map((day, index) => (
          <NumberRow
            key={day}
            name={t(`counts.policy.weekday.${day}`)}
            value={binsByWeekday[index] ?? 0}
            onChange={(bins) =>
              change({ binsByWeekday: binsByWeekday.map((old, at) => (at === index ? (bins ?? 0) : old)) })
            }
            most={binsMax}
            required
            disabled={disabled}
          />
        ))}
      </div>
    </Card>
  );
}

function Picks({ policy, change, disabled }: PartProps) {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: keys.warehouses, queryFn: api.warehouses, staleTime: 60_000 });
  return (
    <Card title={t("counts.policy.picks")} note={t("counts.policy.picksNote")}>
      <div className={css.fields}>
        {data?.items.map(({ warehouse, name }) => (
          <Field key={warehouse} name={name}>
            <Segmented
              value={policy.picks[warehouse] ?? "auto"}
              disabled={disabled}
              aria-label={name}
              onChange={(value) => {
                const picks = new Map<string, CountPolicyBody["picks"][string]>(Object.entries(policy.picks));
                picks.delete(warehouse);
                if (value === "scanned" || value === "unscanned") picks.set(warehouse, value);
                change({ picks: Object.fromEntries(picks) });
              }}
              options={(["auto", "scanned", "unscanned"] as const).map((value) => ({
                value,
                label: t(`counts.policy.pick.${value}`),
              }))}
            />
          </Field>
        ))}
      </div>
    </Card>
  );
}

/** Today's plan as it would be, beside what it is. */
function Preview({ policy }: { policy: CountPolicyBody }) {
  const { t } = useTranslation();
  const settled = useSettled(policy);
  const { data } = useQuery({
    queryKey: [...countKeys.policy, "preview", settled],
    queryFn: ({ signal }) => counts.previewPolicy(settled, signal),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const format = useFormat();
  if (data === undefined) return null;
  const { now, tried, classes: found, weekday } = data;
  const day = t(`counts.policy.weekday.${weekdays[weekday] ?? "mon"}`);
  return (
    <Card title={t("counts.policy.preview")} note={t("counts.policy.previewNote", { day })}>
      <p className={css.preview} data-preview>
        <b>
          {t("counts.policy.tried", { n: format.number(tried.today), later: format.number(tried.later) })}
        </b>
        <span className="muted">
          {t("counts.policy.now", { n: format.number(now.today), later: format.number(now.later) })}
        </span>
        <span className="muted">
          {t("counts.policy.found", {
            a: format.number(found.A),
            b: format.number(found.B),
            c: format.number(found.C),
          })}
        </span>
      </p>
      <ul className={css.bins}>
        {data.bins.map((one) => (
          <li key={one.bin}>
            <b>{one.bin === "" ? t("counts.noBin") : one.bin}</b> <span className="muted">{one.class}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
