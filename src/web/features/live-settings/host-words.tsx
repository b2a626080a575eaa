import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { HostWordsAnswer, HostWordsPut } from "../../../api/policies.ts";
import { useCan } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { ErrorNote, Failure, Skeleton } from "../../ui/state.tsx";
import { liveKeys, liveSettings } from "./client.ts";
import css from "./live-settings.module.css";
import { shownWords, storedWords } from "./host-text.ts";
import type { zh } from "../../i18n/zh.ts";

type Placeholder = keyof typeof zh.hostWords.placeholder;
type Words = Readonly<Record<string, { readonly zh?: string; readonly en?: string }>>;

const charsMax = 120;

/** What the host may say, word for word, for each kind of alert. The shop writes it its own way. */
export function HostWords() {
  const { data, error, refetch } = useQuery({
    queryKey: liveKeys.words,
    queryFn: ({ signal }) => liveSettings.words(signal),
  });
  if (data !== undefined) return <Editor key={data.version} answer={data} />;
  return error === null ? <Skeleton lines={8} /> : <Failure error={error} onRetry={() => void refetch()} />;
}

function Editor({ answer }: { answer: HostWordsAnswer }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const mayChange = useCan("catalog:write");
  const [words, setWords] = useState<Words>(answer.words);
  const dirty = JSON.stringify(words) !== JSON.stringify(answer.words);
  const save = useMutation({
    mutationFn: () =>
      liveSettings.saveWords({ version: answer.version, words: words as HostWordsPut["words"] }),
    onSuccess: (next) => {
      message.success(t("settings.saved"));
      client.setQueryData(liveKeys.words, next);
    },
  });
  return (
    <Card title={t("hostWords.title")} note={t("hostWords.note")}>
      {answer.defaults.map(
        ({ rule, name, host }) =>
          host !== null && (
            <RuleWords
              key={rule}
              rule={rule}
              name={name}
              byDefault={host}
              own={words[rule] ?? {}}
              placeholders={answer.placeholders}
              readOnly={!mayChange}
              onChange={(own) => setWords(withWords(words, rule, own))}
            />
          ),
      )}
      {dirty && (
        <div className={css.save}>
          <ErrorNote error={save.error} />
          <span className={css.buttons}>
            <Button onClick={() => setWords(answer.words)}>{t("plan.discard")}</Button>
            <Button type="primary" loading={save.isPending} onClick={() => save.mutate()}>
              {t("common.save")}
            </Button>
          </span>
        </div>
      )}
    </Card>
  );
}

/** Empty words are the default's: they are left out. */
function withWords(words: Words, rule: string, own: Words[string]): Words {
  const kept = Object.fromEntries(Object.entries(own).filter(([, text]) => text.trim() !== ""));
  const rest = Object.fromEntries(Object.entries(words).filter(([one]) => one !== rule));
  return Object.keys(kept).length === 0 ? rest : { ...rest, [rule]: kept };
}

interface RuleWordsProps {
  readonly rule: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly byDefault: { readonly zh: string; readonly en: string };
  readonly own: Words[string];
  readonly placeholders: readonly string[];
  readonly readOnly: boolean;
  readonly onChange: (own: Words[string]) => void;
}

function RuleWords({ rule, name, byDefault, own, placeholders, readOnly, onChange }: RuleWordsProps) {
  const { t, i18n } = useTranslation();
  const language = i18n.language === "en" ? "en" : "zh";
  const field = useRef<HTMLTextAreaElement | null>(null);
  // People read the names in their own language; what is kept are the server's.
  const names = new Map(
    placeholders.map((one) => [one, t(`hostWords.placeholder.${one as Placeholder}`)] as const),
  );
  const text = shownWords(own[language] ?? "", names);
  const standard = shownWords(byDefault[language], names);
  const set = (next: string) => onChange({ ...own, [language]: storedWords(next, names) });
  const insert = (placeholder: string) => {
    const before = text === "" ? standard : text;
    const at = text === "" ? before.length : (field.current?.selectionStart ?? before.length);
    set(`${before.slice(0, at)}{${names.get(placeholder) ?? placeholder}}${before.slice(at)}`);
    field.current?.focus();
  };
  return (
    <div className={css.words} data-rule={rule}>
      <div className={css.wordsHead}>
        <b>{name[language]}</b>
        {!readOnly &&
          placeholders.map((one) => (
            <Button key={one} size="small" type="text" onClick={() => insert(one)}>
              {"{"}
              {t(`hostWords.placeholder.${one as Placeholder}`)}
              {"}"}
            </Button>
          ))}
        {text !== "" && !readOnly && (
          <Button size="small" type="link" onClick={() => set("")}>
            {t("hostWords.reset")}
          </Button>
        )}
      </div>
      <Input.TextArea
        ref={(one) => {
          field.current = one?.resizableTextArea?.textArea ?? null;
        }}
        value={text}
        disabled={readOnly}
        maxLength={charsMax}
        autoSize={{ minRows: 1, maxRows: 4 }}
        placeholder={standard}
        aria-label={t("hostWords.of", { rule: name[language] })}
        onChange={(event) => set(event.target.value)}
      />
    </div>
  );
}
