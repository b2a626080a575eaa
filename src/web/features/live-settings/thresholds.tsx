import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Segmented, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PoliciesAnswer, PolicyBookBody, PolicyFieldItem } from "../../../api/policies.ts";
import { useCan } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { Chip, ChipRow } from "../../ui/chip.tsx";
import { NumberField } from "../../ui/number-field.tsx";
import { SkuPicker } from "../../ui/sku-picker.tsx";
import { ErrorNote, Failure, Skeleton } from "../../ui/state.tsx";
import { liveKeys, liveSettings } from "./client.ts";
import css from "./live-settings.module.css";
import { inheritedOf, partOf, sectionsOf, withValue, type Level } from "./policies.ts";
import { Preview } from "./preview.tsx";

/** When an alert fires: for the whole shop, for a category, for one product; the nearest level wins. */
export function Thresholds() {
  const { data, error, refetch } = useQuery({
    queryKey: liveKeys.policies,
    queryFn: ({ signal }) => liveSettings.policies(signal),
  });
  if (data !== undefined) return <Editor key={data.version} answer={data} />;
  return error === null ? <Skeleton lines={8} /> : <Failure error={error} onRetry={() => void refetch()} />;
}

function Editor({ answer }: { answer: PoliciesAnswer }) {
  const { t } = useTranslation();
  const mayChange = useCan("catalog:write");
  const [book, setBook] = useState(answer.book);
  const [level, setLevel] = useState<Level>({ kind: "shop" });
  const dirty = JSON.stringify(book) !== JSON.stringify(answer.book);
  const save = useSave(answer.version);
  return (
    <div className={css.beside}>
      <Card title={t("thresholds.title")} note={t("thresholds.note")}>
        <LevelPicker answer={answer} book={book} level={level} onLevel={setLevel} />
        {level.kind === "category" && level.category === "" ? (
          <p className="muted">{t("thresholds.chooseCategory")}</p>
        ) : level.kind === "sku" && level.sku === "" ? (
          <p className="muted">{t("thresholds.chooseSku")}</p>
        ) : (
          <Fields answer={{ ...answer, book }} level={level} readOnly={!mayChange} onChange={setBook} />
        )}
        {dirty && (
          <div className={css.save}>
            <ErrorNote error={save.error} />
            <span className={css.buttons}>
              <Button onClick={() => setBook(answer.book)}>{t("plan.discard")}</Button>
              <Button type="primary" loading={save.isPending} onClick={() => save.mutate(book)}>
                {t("common.save")}
              </Button>
            </span>
          </div>
        )}
      </Card>
      <div className={css.preview}>
        <Preview book={book} dirty={dirty} />
      </div>
    </div>
  );
}

function useSave(version: number) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (book: PolicyBookBody) => liveSettings.savePolicies(version, book),
    onSuccess: (answer) => {
      message.success(t("settings.saved"));
      client.setQueryData(liveKeys.policies, answer);
    },
  });
}

interface LevelPickerProps {
  readonly answer: PoliciesAnswer;
  readonly book: PolicyBookBody;
  readonly level: Level;
  readonly onLevel: (level: Level) => void;
}

function LevelPicker({ answer, book, level, onLevel }: LevelPickerProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const kinds = ["shop", "category", "sku"] as const;
  const pick = (kind: Level["kind"]) => {
    if (kind === "shop") onLevel({ kind });
    else if (kind === "category") onLevel({ kind, category: "" });
    else onLevel({ kind, sku: "", category: "" });
  };
  const own = level.kind === "category" ? Object.keys(book.categories) : Object.keys(book.skus);
  return (
    <div className={css.levels}>
      <Segmented
        value={level.kind}
        onChange={pick}
        aria-label={t("thresholds.level")}
        options={kinds.map((value) => ({ value, label: t(`thresholds.levels.${value}`) }))}
      />
      {level.kind === "category" && (
        <Select
          showSearch
          className={css.levelPick}
          value={level.category === "" ? null : level.category}
          placeholder={t("thresholds.chooseCategory")}
          aria-label={t("thresholds.chooseCategory")}
          options={answer.categories.map(({ category }) => ({ value: category, label: category }))}
          onChange={(category: string) => onLevel({ kind: "category", category })}
        />
      )}
      {level.kind === "sku" && (
        <span className={css.levelPick}>
          <SkuPicker
            value={text}
            onChange={setText}
            placeholder={t("thresholds.chooseSku")}
            onPick={(item) => onLevel({ kind: "sku", sku: item.sku, category: item.category })}
          />
        </span>
      )}
      {level.kind !== "shop" && own.length > 0 && (
        <ChipRow label={t("thresholds.own")}>
          {own.map((name) => (
            <Chip
              key={name}
              on={level.kind === "category" ? level.category === name : level.sku === name}
              onPick={() => {
                setText(name);
                onLevel(
                  level.kind === "category"
                    ? { kind: "category", category: name }
                    : { kind: "sku", sku: name, category: "" },
                );
              }}
            >
              {name}
            </Chip>
          ))}
        </ChipRow>
      )}
    </div>
  );
}

interface FieldsProps {
  readonly answer: PoliciesAnswer;
  readonly level: Level;
  readonly readOnly: boolean;
  readonly onChange: (book: PolicyBookBody) => void;
}

function Fields({ answer, level, readOnly, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const fields = answer.fields.filter((field) => level.kind === "shop" || field.scope === "sku");
  return sectionsOf(fields).map(
    ([section, list]) =>
      list.length > 0 && (
        <fieldset key={section} className={css.section}>
          <legend>{t(`thresholds.section.${section}`)}</legend>
          {list.map((field) => (
            <Threshold
              key={field.field}
              field={field}
              answer={answer}
              level={level}
              readOnly={readOnly}
              onChange={onChange}
            />
          ))}
        </fieldset>
      ),
  );
}

function Threshold({ field, answer, level, readOnly, onChange }: FieldsProps & { field: PolicyFieldItem }) {
  const { t, i18n } = useTranslation();
  const value = partOf(answer.book, level)[field.field] ?? null;
  const inherited = inheritedOf(answer, field, level);
  const name = i18n.language === "en" ? field.en : field.zh;
  return (
    <div className={css.threshold}>
      <span className={css.thresholdName}>
        {name}
        <small>
          {value === null
            ? t(`thresholds.from.${inherited.from}`)
            : t("thresholds.instead", { value: inherited.value })}
        </small>
      </span>
      <span className={css.thresholdField}>
        <NumberField
          value={value}
          least={field.least}
          most={field.most}
          label={name}
          placeholder={String(inherited.value)}
          disabled={readOnly}
          onChange={(next) => onChange(withValue(answer.book, level, field.field, next))}
        />
      </span>
    </div>
  );
}
