import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PrecheckSettingsAnswer, PrecheckSettingsBody } from "../../../api/policies.ts";
import { useCan } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { NumberField } from "../../ui/number-field.tsx";
import { ErrorNote, Failure, Skeleton } from "../../ui/state.tsx";
import { liveKeys, liveSettings } from "./client.ts";
import css from "./live-settings.module.css";

type NumberName = Exclude<keyof PrecheckSettingsBody, "setAsideBin">;

/** The fields by section, with what they may be. */
const numbers = {
  countHours: { section: "count", least: 1, most: 720, unit: "hours" },
  hotUnits: { section: "hot", least: 1, most: 1_000_000, unit: "units" },
  hotPercent: { section: "hot", least: 1, most: 100, unit: null },
  expiringDays: { section: "bins", least: 0, most: 3_650, unit: "days" },
  stuckDays: { section: "bins", least: 1, most: 3_650, unit: "days" },
} as const satisfies Record<NumberName, object>;
const numberNames = Object.keys(numbers) as NumberName[];
const sections = ["count", "hot", "bins"] as const;
const binCharsMax = 40;

/** What a precheck asks for: how fresh a count must be, what is hot, where goods are set aside or forgotten. */
export function PrecheckSettings() {
  const { data, error, refetch } = useQuery({
    queryKey: liveKeys.precheck,
    queryFn: ({ signal }) => liveSettings.precheck(signal),
  });
  if (data !== undefined) return <Editor key={data.version} answer={data} />;
  return error === null ? <Skeleton lines={8} /> : <Failure error={error} onRetry={() => void refetch()} />;
}

function Editor({ answer }: { answer: PrecheckSettingsAnswer }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const readOnly = !useCan("catalog:write");
  const [settings, setSettings] = useState(answer.settings);
  const same = (other: PrecheckSettingsBody): boolean => JSON.stringify(settings) === JSON.stringify(other);
  const save = useMutation({
    mutationFn: () => liveSettings.savePrecheck(answer.version, settings),
    onSuccess: (next) => {
      message.success(t("settings.saved"));
      client.setQueryData(liveKeys.precheck, next);
      void client.invalidateQueries({ queryKey: ["sessions"] });
    },
  });
  return (
    <Card title={t("precheckSettings.title")} note={t("precheckSettings.note")}>
      {sections.map((section) => (
        <fieldset key={section} className={css.section}>
          <legend>{t(`precheckSettings.section.${section}`)}</legend>
          {section === "bins" && (
            <SetAside
              value={settings.setAsideBin}
              standard={answer.defaults.setAsideBin}
              readOnly={readOnly}
              onChange={(setAsideBin) => setSettings({ ...settings, setAsideBin })}
            />
          )}
          {numberNames
            .filter((name) => numbers[name].section === section)
            .map((name) => (
              <NumberRow
                key={name}
                name={name}
                value={settings[name]}
                standard={answer.defaults[name]}
                readOnly={readOnly}
                onChange={(value) => setSettings({ ...settings, [name]: value })}
              />
            ))}
        </fieldset>
      ))}
      {!readOnly && !same(answer.defaults) && (
        <Button size="small" type="link" onClick={() => setSettings(answer.defaults)}>
          {t("precheckSettings.reset")}
        </Button>
      )}
      {!same(answer.settings) && (
        <div className={css.save}>
          <ErrorNote error={save.error} />
          <span className={css.buttons}>
            <Button onClick={() => setSettings(answer.settings)}>{t("plan.discard")}</Button>
            <Button
              type="primary"
              disabled={settings.setAsideBin.trim() === ""}
              loading={save.isPending}
              onClick={() => save.mutate()}
            >
              {t("common.save")}
            </Button>
          </span>
        </div>
      )}
    </Card>
  );
}

interface RowProps<Value> {
  readonly value: Value;
  readonly standard: Value;
  readonly readOnly: boolean;
  readonly onChange: (value: Value) => void;
}

function NumberRow({ name, value, standard, readOnly, onChange }: RowProps<number> & { name: NumberName }) {
  const { t } = useTranslation();
  const { least, most, unit } = numbers[name];
  return (
    <div className={css.threshold}>
      <Name name={name} differs={value !== standard} standard={String(standard)} />
      <span className={css.thresholdField}>
        <NumberField
          required
          value={value}
          least={least}
          most={most}
          suffix={unit === null ? "%" : t(`precheckSettings.unit.${unit}`)}
          label={t(`precheckSettings.field.${name}`)}
          disabled={readOnly}
          onChange={(next) => {
            if (next !== null) onChange(next);
          }}
        />
      </span>
    </div>
  );
}

function SetAside({ value, standard, readOnly, onChange }: RowProps<string>) {
  const { t } = useTranslation();
  return (
    <div className={css.threshold}>
      <Name name="setAsideBin" differs={value !== standard} standard={standard} />
      <span className={css.thresholdField}>
        <Input
          size="small"
          value={value}
          maxLength={binCharsMax}
          status={value.trim() === "" ? "error" : ""}
          aria-label={t("precheckSettings.field.setAsideBin")}
          disabled={readOnly}
          onChange={(event) => onChange(event.target.value)}
        />
      </span>
    </div>
  );
}

interface NameProps {
  readonly name: keyof PrecheckSettingsBody;
  readonly differs: boolean;
  readonly standard: string;
}

function Name({ name, differs, standard }: NameProps) {
  const { t } = useTranslation();
  return (
    <span className={css.thresholdName}>
      {t(`precheckSettings.field.${name}`)}
      <small>
        {t(`precheckSettings.hint.${name}`)}
        {differs && ` · ${t("precheckSettings.standard", { value: standard })}`}
      </small>
    </span>
  );
}
