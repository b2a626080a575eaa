import { Button, Input, Select, Switch } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useShop } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { useChannelNames, useChannels } from "../../ui/channel-names.ts";
import { Icon } from "../../ui/icon.tsx";
import { NumberField } from "../../ui/number-field.tsx";
import { instantOf, localOf, type Change, type Draft, type FieldProblem } from "./plan.ts";
import { titleCharsMax } from "./session-form.tsx";
import css from "./sessions.module.css";

interface HeadProps {
  readonly draft: Draft;
  readonly problems: readonly FieldProblem[];
  readonly readOnly: boolean;
  readonly onChange: (change: Change) => void;
}

/** Everything of a plan but its products: when, where, and what the host sees. */
export function HeadCards(props: HeadProps) {
  const { t } = useTranslation();
  return (
    <div className={css.head}>
      <Card title={t("plan.session")}>
        <Basics {...props} />
      </Card>
      <Card title={t("plan.rooms")} note={t("plan.roomsNote")}>
        <Rooms {...props} />
      </Card>
      <Card title={t("plan.host.title")} note={t("plan.host.note")}>
        <Host {...props} />
      </Card>
    </div>
  );
}

interface FieldProps extends Pick<HeadProps, "problems"> {
  readonly label: string;
  /** Where the server's paths for it begin. */
  readonly path: string;
  readonly children: ReactNode;
}

function Field({ label, path, problems, children }: FieldProps) {
  const { i18n } = useTranslation();
  const found = problems.filter((one) => one.path === path || one.path.startsWith(`${path}[`));
  return (
    <div className={css.field}>
      <span className={css.fieldName}>{label}</span>
      {children}
      {found.map((one) => (
        <p key={one.path + one.en} className={css.fieldProblem} role="alert">
          {i18n.language === "en" ? one.en : one.zh}
        </p>
      ))}
    </div>
  );
}

function Basics({ draft, problems, readOnly, onChange }: HeadProps) {
  const { t } = useTranslation();
  const { timeZone } = useShop();
  const channels = useChannels();
  const nameOf = useChannelNames();
  const set = (patch: Partial<Draft>) => onChange({ kind: "head", patch });
  const move = (field: "startsAt" | "endsAt", local: string) => {
    const instant = instantOf(local, timeZone);
    if (instant === null) return;
    // A session that is put off keeps its length.
    if (field === "startsAt") set({ startsAt: instant, endsAt: draft.endsAt + instant - draft.startsAt });
    else set({ endsAt: instant });
  };
  return (
    <>
      <Field label={t("plan.title")} path="title" problems={problems}>
        <Input
          value={draft.title}
          maxLength={titleCharsMax}
          disabled={readOnly}
          aria-label={t("plan.title")}
          onChange={(event) => set({ title: event.target.value })}
        />
      </Field>
      {(["startsAt", "endsAt"] as const).map((field) => (
        <Field key={field} label={t(`plan.${field}`)} path={field} problems={problems}>
          <Input
            type="datetime-local"
            value={localOf(draft[field], timeZone)}
            disabled={readOnly}
            aria-label={t(`plan.${field}`)}
            onChange={(event) => move(field, event.target.value)}
          />
        </Field>
      ))}
      <Field label={t("plan.channels")} path="channels" problems={problems}>
        <Select
          mode="multiple"
          value={[...draft.channels]}
          disabled={readOnly}
          aria-label={t("plan.channels")}
          style={{ width: "100%" }}
          options={channels.map(({ channel }) => ({ value: channel, label: nameOf(channel) }))}
          onChange={(chosen: string[]) => set({ channels: chosen })}
        />
      </Field>
    </>
  );
}

const roomsMax = 50;
const roomCharsMax = 64;

/** A session may be on the air in several rooms at once: each tells its own viewers. */
function Rooms({ draft, problems, readOnly, onChange }: HeadProps) {
  const { t } = useTranslation();
  const nameOf = useChannelNames();
  const set = (rooms: Draft["rooms"]) => onChange({ kind: "head", patch: { rooms } });
  const change = (index: number, patch: Partial<Draft["rooms"][number]>) =>
    set(draft.rooms.map((room, at) => (at === index ? { ...room, ...patch } : room)));
  return (
    <Field label="" path="rooms" problems={problems}>
      {draft.rooms.map((room, index) => (
        // A room has no other identity than its place while its number is typed.
        <div key={index} className={css.room}>
          <Input
            value={room.room}
            maxLength={roomCharsMax}
            disabled={readOnly}
            aria-label={t("plan.roomId", { n: index + 1 })}
            placeholder={t("plan.roomHint")}
            onChange={(event) => change(index, { room: event.target.value.trim() })}
          />
          <Select
            value={room.channel}
            disabled={readOnly}
            aria-label={t("plan.roomChannel", { n: index + 1 })}
            options={draft.channels.map((channel) => ({ value: channel, label: nameOf(channel) }))}
            onChange={(channel: string) => change(index, { channel })}
          />
          <Button
            type="text"
            disabled={readOnly}
            icon={<Icon name="trash" size={16} />}
            aria-label={t("plan.roomRemove", { n: index + 1 })}
            onClick={() => set(draft.rooms.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <Button
        size="small"
        icon={<Icon name="plus" size={14} />}
        disabled={readOnly || draft.channels.length === 0 || draft.rooms.length >= roomsMax}
        onClick={() => set([...draft.rooms, { room: "", channel: draft.channels[0] ?? "", title: "" }])}
      >
        {t("plan.roomAdd")}
      </Button>
    </Field>
  );
}

const switches = ["showPrice", "showLimit", "showEta", "showNext"] as const;

function Host({ draft, problems, readOnly, onChange }: HeadProps) {
  const { t } = useTranslation();
  const { hostScreen } = draft;
  const set = (patch: Partial<Draft["hostScreen"]>) =>
    onChange({ kind: "head", patch: { hostScreen: { ...hostScreen, ...patch } } });
  return (
    <>
      <Field label={t("plan.host.lastUnits")} path="hostScreen.lastUnits" problems={problems}>
        <NumberField
          required
          value={hostScreen.lastUnits}
          disabled={readOnly}
          label={t("plan.host.lastUnits")}
          suffix={t("plan.unit")}
          onChange={(lastUnits) => set({ lastUnits: lastUnits ?? hostScreen.lastUnits })}
        />
      </Field>
      {switches.map((one) => (
        <div key={one} className={css.switch}>
          <span>{t(`plan.host.${one}`)}</span>
          <Switch
            size="small"
            checked={hostScreen[one]}
            disabled={readOnly}
            aria-label={t(`plan.host.${one}`)}
            onChange={(on) => set({ [one]: on })}
          />
        </div>
      ))}
    </>
  );
}
