import { Button, Form, Input, Segmented, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ImportItem, ImportKind, ImportMapping } from "../../../api/imports.ts";
import { Card } from "../../ui/card.tsx";
import { useChannelNames, useChannels } from "../../ui/channel-names.ts";
import { ErrorNote, Note } from "../../ui/state.tsx";
import css from "./import.module.css";
import { mappingFields, missingFields, type FieldName, type MappingField } from "./mapping-fields.ts";
import { guessMeaning, meaningOf, meanings, type Meaning } from "./meanings.ts";

interface MappingProps {
  readonly item: ImportItem;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onCheck: (mapping: ImportMapping) => void;
  readonly onBack: (() => void) | undefined;
}

/** Says by hand which column is what, once; with a name it is known the next time. */
export function Mapping({ item, busy, error, onCheck, onBack }: MappingProps) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<ImportKind>(item.kind);
  const [columns, setColumns] = useState<Record<string, string>>({ ...item.suggestion.columns });
  const [channel, setChannel] = useState("manual");
  const [name, setName] = useState("");
  const [words, setWords] = useState<Record<string, Meaning>>({});
  const fields = mappingFields[kind];
  const missing = missingFields(kind, columns);
  const statusHeader = kind === "orders" ? columns.status : undefined;
  const statusWords = statusHeader === undefined ? [] : (item.words[statusHeader] ?? []);
  const meaningFor = (word: string) => words[word] ?? guessMeaning(word);

  const check = () => {
    const used = fields.flatMap(({ field }) => {
      const header = columns[field];
      const senseless = field === "status" && statusWords.length === 0;
      return header === undefined || senseless ? [] : [[field, header]];
    });
    const status = Object.fromEntries(statusWords.map((word) => [word, meaningOf(meaningFor(word))]));
    onCheck({
      kind,
      columns: Object.fromEntries(used),
      ...(name.trim() === "" ? {} : { name: name.trim() }),
      ...(kind === "orders" ? { channel } : {}),
      ...(statusWords.length > 0 ? { status } : {}),
    });
  };

  return (
    <Card title={t("import.mapping.title")} note={t("import.mapping.text")}>
      <Columns item={item} kind={kind} onKind={setKind} columns={columns} onColumns={setColumns} />
      {statusWords.length > 0 && (
        <StatusWords
          words={statusWords}
          meaningFor={meaningFor}
          onPick={(word, meaning) => setWords({ ...words, [word]: meaning })}
        />
      )}
      <Form layout="vertical" className={css.mappingFoot} onFinish={check}>
        {kind === "orders" && <ChannelPick value={channel} onChange={setChannel} />}
        <ProfileName value={name} onChange={setName} />
        {statusHeader !== undefined && statusWords.length === 0 && (
          <Note tone="warn">{t("import.mapping.noWords", { header: statusHeader })}</Note>
        )}
        <Missing fields={missing} />
        <ErrorNote error={error} />
        <div className={css.resultActions}>
          <Button type="primary" size="large" htmlType="submit" loading={busy} disabled={missing.length > 0}>
            {t("import.check")}
          </Button>
          {onBack !== undefined && (
            <Button size="large" onClick={onBack}>
              {t("common.back")}
            </Button>
          )}
        </div>
      </Form>
    </Card>
  );
}

interface ColumnsProps {
  readonly item: ImportItem;
  readonly kind: ImportKind;
  readonly onKind: (kind: ImportKind) => void;
  /** Field to header. */
  readonly columns: Record<string, string>;
  readonly onColumns: (columns: Record<string, string>) => void;
}

function Columns({ item, kind, onKind, columns, onColumns }: ColumnsProps) {
  const { t } = useTranslation();
  return (
    <>
      <Segmented
        value={kind}
        onChange={onKind}
        options={[
          { value: "stock", label: t("import.kind.stock") },
          { value: "orders", label: t("import.kind.orders") },
        ]}
      />
      <div className={css.fields}>
        {mappingFields[kind].map((field) => (
          <FieldRow
            key={field.field}
            field={field}
            item={item}
            header={columns[field.field]}
            onPick={(header) => onColumns(withColumn(columns, field.field, header))}
          />
        ))}
      </div>
    </>
  );
}

function withColumn(
  columns: Record<string, string>,
  field: string,
  header: string | undefined,
): Record<string, string> {
  const { [field]: _, ...others } = columns;
  return header === undefined ? others : { ...others, [field]: header };
}

interface FieldRowProps {
  readonly field: MappingField;
  readonly item: ImportItem;
  readonly header: string | undefined;
  readonly onPick: (header: string | undefined) => void;
}

function FieldRow({ field, item, header, onPick }: FieldRowProps) {
  const { t } = useTranslation();
  const column = header === undefined ? -1 : item.headers.indexOf(header);
  const examples = item.sample.map((cells) => cells[column] ?? "").filter((cell) => cell !== "");
  const id = `map-${field.field}`;
  return (
    <div className={css.field}>
      <label htmlFor={id}>
        {t(`import.field.${field.field}`)}
        {field.required === true && <span className={css.required}>{t("import.mapping.required")}</span>}
      </label>
      <Select
        id={id}
        value={header}
        onChange={onPick}
        allowClear
        showSearch
        placeholder={t("import.mapping.none")}
        options={[...new Set(item.headers)]
          .filter((one) => one !== "")
          .map((one) => ({ value: one, label: one }))}
      />
      <span className={css.example}>{examples.slice(0, 3).join(" · ")}</span>
    </div>
  );
}

interface StatusWordsProps {
  readonly words: readonly string[];
  readonly meaningFor: (word: string) => Meaning;
  readonly onPick: (word: string, meaning: Meaning) => void;
}

function StatusWords({ words, meaningFor, onPick }: StatusWordsProps) {
  const { t } = useTranslation();
  return (
    <section className={css.words}>
      <h3>{t("import.mapping.words")}</h3>
      <p className="muted">{t("import.mapping.wordsHelp")}</p>
      {words.map((word) => (
        <div key={word} className={css.word}>
          <label htmlFor={`word-${word}`}>{word}</label>
          <Select
            id={`word-${word}`}
            value={meaningFor(word)}
            onChange={(meaning) => onPick(word, meaning)}
            options={meanings.map((meaning) => ({ value: meaning, label: t(`import.meaning.${meaning}`) }))}
          />
        </div>
      ))}
    </section>
  );
}

function ChannelPick({ value, onChange }: { value: string; onChange: (channel: string) => void }) {
  const { t } = useTranslation();
  const channels = useChannels();
  const nameOf = useChannelNames();
  const known = channels.map((one) => one.channel);
  const all = [
    ...new Set([
      ...known,
      "douyin",
      "taobao",
      "jd",
      "pinduoduo",
      "kuaishou",
      "wechat",
      "xiaohongshu",
      "manual",
    ]),
  ];
  return (
    <Form.Item label={t("import.mapping.channel")} extra={t("import.mapping.channelHelp")}>
      <Select
        value={value}
        onChange={onChange}
        aria-label={t("import.mapping.channel")}
        options={all.map((channel) => ({ value: channel, label: nameOf(channel) }))}
      />
    </Form.Item>
  );
}

function ProfileName({ value, onChange }: { value: string; onChange: (name: string) => void }) {
  const { t } = useTranslation();
  return (
    <Form.Item label={t("import.mapping.name")} extra={t("import.mapping.nameHelp")} htmlFor="profile-name">
      <Input
        id="profile-name"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        maxLength={60}
        placeholder={t("import.mapping.nameHint")}
      />
    </Form.Item>
  );
}

function Missing({ fields }: { fields: readonly FieldName[] }) {
  const { t } = useTranslation();
  if (fields.length === 0) return null;
  const names = fields.map((field) => t(`import.field.${field}`)).join(t("common.comma"));
  return <Note tone="warn">{t("import.mapping.missing", { fields: names })}</Note>;
}
