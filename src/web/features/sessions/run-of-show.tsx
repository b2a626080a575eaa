import {
  closestCenter,
  DndContext,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
  type Announcements,
  type DragEndEvent,
} from "@dnd-kit/core";
import { SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy } from "@dnd-kit/sortable";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { LookupItem } from "../../../api/stock.ts";
import { slotField, startsOf, type Change, type Draft, type DraftSlot, type FieldProblem } from "./plan.ts";
import css from "./run-of-show.module.css";
import { SlotRow, type SlotProblem } from "./slot-row.tsx";

interface RunOfShowProps {
  readonly draft: Draft;
  readonly products: ReadonlyMap<string, LookupItem>;
  /** Codes that the shop does not have. */
  readonly unknown: ReadonlySet<string>;
  readonly problems: readonly FieldProblem[];
  /** The slots as they were when the problems were found. */
  readonly checked: readonly DraftSlot[];
  readonly readOnly: boolean;
  readonly onChange: (change: Change) => void;
}

const noProblems: readonly SlotProblem[] = [];
/** A tap on the grip is no drag yet. */
const dragDistancePx = 4;

/** The products in the order in which they are shown. A row is dragged by pointer, or picked up with space. */
export function RunOfShow({
  draft,
  products,
  unknown,
  problems,
  checked,
  readOnly,
  onChange,
}: RunOfShowProps) {
  const { t } = useTranslation();
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: dragDistancePx } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const ids = useMemo(() => draft.slots.map((slot) => slot.id), [draft.slots]);
  const starts = startsOf(draft);
  const bySlot = useSlotProblems(problems, checked);
  const accessibility = useAnnouncements(draft, products);
  const onDragEnd = ({ active, over }: DragEndEvent) => {
    if (over !== null) onChange({ kind: "move", from: String(active.id), to: String(over.id) });
  };
  const seen = new Set<string>();
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      onDragEnd={onDragEnd}
      accessibility={accessibility}
    >
      <SortableContext items={ids} strategy={verticalListSortingStrategy}>
        <div className={css.header} aria-hidden="true">
          <span />
          <span>{t("plan.time")}</span>
          <span>{t("plan.product")}</span>
          <span>{t("plan.minutes")}</span>
          <span>{t("plan.target")}</span>
          <span>{t("plan.price")}</span>
          <span>{t("plan.buyerLimit")}</span>
        </div>
        <ol className={css.slots} aria-label={t("plan.runOfShow")}>
          {draft.slots.map((slot, index) => {
            const again = seen.has(slot.sku);
            seen.add(slot.sku);
            return (
              <SlotRow
                key={slot.id}
                slot={slot}
                number={index + 1}
                startsAt={starts[index] ?? draft.startsAt}
                endsAt={starts[index + 1] ?? draft.endsAt}
                product={unknown.has(slot.sku) ? null : products.get(slot.sku)}
                products={products}
                again={again}
                problems={bySlot.get(slot.id) ?? noProblems}
                readOnly={readOnly}
                onChange={onChange}
              />
            );
          })}
        </ol>
      </SortableContext>
    </DndContext>
  );
}

/** What the server said about each slot: it named their places, and slots may have moved since. */
function useSlotProblems(
  problems: readonly FieldProblem[],
  checked: readonly DraftSlot[],
): ReadonlyMap<string, readonly SlotProblem[]> {
  const { i18n } = useTranslation();
  const language = i18n.language === "en" ? "en" : "zh";
  return useMemo(() => {
    const found = new Map<string, SlotProblem[]>();
    for (const problem of problems) {
      const where = slotField(problem.path);
      const slot = where === null ? undefined : checked[where.index];
      if (where === null || slot === undefined) continue;
      const list = found.get(slot.id) ?? [];
      list.push({ field: where.field, text: problem[language] });
      found.set(slot.id, list);
    }
    return found;
  }, [problems, checked, language]);
}

/** What a screen reader says while a row is moved. */
function useAnnouncements(draft: Draft, products: ReadonlyMap<string, LookupItem>) {
  const { t } = useTranslation();
  const nameOf = (id: string | number) => {
    const slot = draft.slots.find((one) => one.id === id);
    return slot === undefined ? "" : (products.get(slot.sku)?.name ?? slot.sku);
  };
  const placeOf = (id: string | number) => draft.slots.findIndex((one) => one.id === id) + 1;
  const announcements: Announcements = {
    onDragStart: ({ active }) => t("plan.drag.start", { name: nameOf(active.id), n: placeOf(active.id) }),
    // Over its own place it is as it was picked up: that is what is said, since this comes right after it.
    onDragOver: ({ active, over }) => {
      if (over === null) return undefined;
      const said = over.id === active.id ? "start" : "over";
      return t(`plan.drag.${said}`, { name: nameOf(active.id), n: placeOf(over.id) });
    },
    onDragEnd: ({ active, over }) =>
      t("plan.drag.end", { name: nameOf(active.id), n: placeOf(over?.id ?? active.id) }),
    onDragCancel: ({ active }) => t("plan.drag.cancel", { name: nameOf(active.id) }),
  };
  return { announcements, screenReaderInstructions: { draggable: t("plan.drag.how") } };
}
