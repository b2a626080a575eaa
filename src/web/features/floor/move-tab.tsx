import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, InputNumber, type InputRef } from "antd";
import { useEffect, useRef, useState, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import type { MoveBody } from "../../../api/floor.ts";
import type { PlacementItem } from "../../../api/stock.ts";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { Card } from "../../ui/card.tsx";
import { useFormat } from "../../ui/format.ts";
import { Note, Skeleton } from "../../ui/state.tsx";
import { useKeyed } from "../../ui/use-keyed.ts";
import { floorApi, floorKeys } from "./client.ts";
import css from "./floor.module.css";
import { Refusal } from "./refusal.tsx";
import { ScanSku, type ScannedSku } from "./scan-sku.tsx";

/** Goods go from one bin to another: which, from where, how many, to where. */
export function MoveTab({ warehouse }: { warehouse: string }) {
  const { t } = useTranslation();
  const [item, setItem] = useState<ScannedSku | null>(null);
  const [done, setDone] = useState<string | null>(null);
  return (
    <Card title={t("floor.move.title")} note={t("floor.move.note")} className={css.narrow}>
      <div className={css.stack}>
        <ScanSku
          placeholder={t("floor.move.skuHint")}
          onItem={(found) => {
            setDone(null);
            setItem(found);
          }}
        />
        {done !== null && <Note tone="good">{done}</Note>}
        {item !== null && (
          <Move
            key={item.sku}
            warehouse={warehouse}
            item={item}
            onDone={(text) => {
              setDone(text);
              setItem(null);
            }}
          />
        )}
      </div>
    </Card>
  );
}

function keyOf({ bin, lot, quality }: PlacementItem): string {
  return `${bin}\u0000${lot}\u0000${quality}`;
}

interface MoveProps {
  readonly warehouse: string;
  readonly item: ScannedSku;
  readonly onDone: (text: string) => void;
}

/** What is not put away yet comes first: it waits for that. */
function shelvesIn(placements: readonly PlacementItem[], warehouse: string): PlacementItem[] {
  return placements
    .filter((one) => one.warehouse === warehouse && one.quantity > 0)
    .toSorted((a, b) => Number(a.bin !== "") - Number(b.bin !== "") || (a.bin < b.bin ? -1 : 1));
}

/** Sends a move, and says what was moved. */
function useMove({ warehouse, item, onDone }: MoveProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useBinName();
  const client = useQueryClient();
  const move = useKeyed((body: MoveBody, key) => floorApi.move(body, key));
  const send = (from: PlacementItem, units: number, bin: string, override?: string) => {
    if (bin.trim() === "" || units < 1) return;
    const body: MoveBody = {
      warehouse,
      sku: item.sku,
      quantity: units,
      quality: from.quality,
      lot: from.lot,
      bin: from.bin,
      toBin: bin.trim(),
      ...(override === undefined ? {} : { override }),
    };
    move.mutate(body, {
      onSuccess: () => {
        void client.invalidateQueries({ queryKey: floorKeys.all });
        const said = { n: format.number(units), name: item.name, from: nameOf(from.bin), to: bin.trim() };
        onDone(t("floor.move.done", said));
      },
    });
  };
  return { move, send };
}

function Move({ warehouse, item, onDone }: MoveProps) {
  const { t } = useTranslation();
  const target = useRef<InputRef>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [quantity, setQuantity] = useState<number | null>(null);
  const [toBin, setToBin] = useState("");
  const { data } = useQuery({
    queryKey: keys.sku(item.sku),
    queryFn: ({ signal }) => api.sku(item.sku, signal),
  });
  const { move, send } = useMove({ warehouse, item, onDone });
  if (data === undefined) return <Skeleton lines={4} />;
  const shelves = shelvesIn(data.placements, warehouse);
  const from = shelves.find((one) => keyOf(one) === chosen) ?? shelves[0];
  if (from === undefined) return <Note tone="warn">{t("floor.move.fromNone")}</Note>;
  const units = quantity ?? from.quantity;
  const submit = (bin: string, override?: string) => send(from, units, bin, override);
  return (
    <form
      className={css.stack}
      onSubmit={(event) => {
        event.preventDefault();
        submit(toBin);
      }}
    >
      <div className={css.chosen}>
        <b>{item.name}</b>
        <small className="muted">{item.code}</small>
      </div>
      <Shelves
        shelves={shelves}
        from={from}
        onPick={(one) => {
          setChosen(keyOf(one));
          setQuantity(null);
          target.current?.focus();
        }}
      />
      <HowManyWhere
        target={target}
        units={units}
        unitsMax={from.quantity}
        toBin={toBin}
        moving={move.isPending}
        onQuantity={setQuantity}
        onBin={setToBin}
      />
      <Proposed warehouse={warehouse} sku={item.sku} from={from} onPick={setToBin} />
      <Refusal error={move.error} onPick={setToBin} onOverride={(reason) => submit(toBin, reason)} />
    </form>
  );
}

/** The name of a bin; goods that are in none have one too. */
function useBinName() {
  const { t } = useTranslation();
  return (bin: string) => (bin === "" ? t("floor.move.unplaced") : bin);
}

interface ShelvesProps {
  readonly shelves: readonly PlacementItem[];
  readonly from: PlacementItem;
  readonly onPick: (shelf: PlacementItem) => void;
}

/** Where the goods are, to choose from which they go. */
function Shelves({ shelves, from, onPick }: ShelvesProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useBinName();
  return (
    <div>
      <span className={css.label}>{t("floor.move.from")}</span>
      <div className={css.shelves}>
        {shelves.map((one) => (
          <button
            key={keyOf(one)}
            type="button"
            className={css.shelf}
            aria-pressed={one === from}
            onClick={() => onPick(one)}
          >
            <b>{nameOf(one.bin)}</b>
            <small>
              {[
                ...(one.lot === "" ? [] : [one.lot]),
                ...(one.quality === "bad" ? [t("adjust.bad")] : []),
              ].join(" · ")}
            </small>
            <span>{format.number(one.quantity)}</span>
          </button>
        ))}
      </div>
    </div>
  );
}

interface HowManyWhereProps {
  readonly target: RefObject<InputRef | null>;
  readonly units: number;
  readonly unitsMax: number;
  readonly toBin: string;
  readonly moving: boolean;
  readonly onQuantity: (quantity: number | null) => void;
  readonly onBin: (bin: string) => void;
}

/** How many go and to where; the bin is what is typed next, so it has the focus. */
function HowManyWhere({ target, units, unitsMax, toBin, moving, onQuantity, onBin }: HowManyWhereProps) {
  const { t } = useTranslation();
  const format = useFormat();
  useEffect(() => {
    target.current?.focus();
  }, [target]);
  return (
    <div className={css.moveRow}>
      <label>
        <span className={css.label}>{t("floor.move.quantity")}</span>
        <InputNumber
          size="large"
          min={1}
          max={unitsMax}
          precision={0}
          value={units}
          onChange={onQuantity}
          aria-label={t("floor.move.quantity")}
        />
      </label>
      <label>
        <span className={css.label}>{t("floor.move.to")}</span>
        <Input
          ref={target}
          size="large"
          value={toBin}
          maxLength={64}
          onChange={(event) => onBin(event.target.value)}
          placeholder={t("floor.move.toHint")}
          aria-label={t("floor.move.to")}
        />
      </label>
      <Button type="primary" size="large" htmlType="submit" loading={moving} disabled={toBin.trim() === ""}>
        {t("floor.move.do", { n: format.number(units) })}
      </Button>
    </div>
  );
}

interface ProposedProps {
  readonly warehouse: string;
  readonly sku: string;
  readonly from: PlacementItem;
  readonly onPick: (bin: string) => void;
}

function Proposed({ warehouse, sku, from, onPick }: ProposedProps) {
  const { t } = useTranslation();
  const { lot, quality, bin: fromBin } = from;
  const { data } = useQuery({
    queryKey: floorKeys.putAway(warehouse, sku, lot, quality),
    queryFn: ({ signal }) => floorApi.putAway({ warehouse, sku, lot, quality }, signal),
  });
  const items = data?.items.filter(({ bin }) => bin !== fromBin) ?? [];
  if (items.length === 0) return null;
  return (
    <div className={css.proposed}>
      <span className="muted">{t("floor.move.proposed")}</span>
      {items.map(({ bin, why }) => (
        <Button key={bin} onClick={() => onPick(bin)}>
          {bin}
          <small className="muted">{t(`floor.move.why.${why}`)}</small>
        </Button>
      ))}
    </div>
  );
}
