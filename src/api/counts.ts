import { Type, type Static } from "typebox";
import { countLimits } from "../domain/count/act.ts";
import { findingKinds } from "../domain/count/detective.ts";
import { lineStatuses } from "../domain/count/line.ts";
import { planReasons } from "../domain/count/plan.ts";
import { sheetKinds } from "../domain/count/sheet.ts";
import { varianceReasons } from "../domain/count/tolerance.ts";
import { entryModes } from "../domain/count/entry.ts";
import {
  BinText,
  IdText,
  LotText,
  Money,
  NameId,
  NoteText,
  SkuText,
  Time,
  Units,
  closed,
  nullable,
} from "./text.ts";

/**
 * Counting, as the API speaks of it. A counter gets `CounterSheet`: there is no field in it that depends on what
 * the books expect. Whoever may approve reads `SheetLines`.
 */

export const countsLimits = {
  entriesPerRequestMax: 500,
  clockSamplesMax: 20,
  binsPerCloseMax: 500,
  sheetsListedMax: 200,
  linesShownMax: 5_000,
} as const;

const Words = Type.Object({ zh: Type.String(), en: Type.String() });
const Quality = Type.Enum(["good", "bad"]);
export const SheetId = NameId;
export const SheetParams = Type.Object({ sheet: SheetId }, closed);
export type SheetParams = Static<typeof SheetParams>;

export const Tolerance = Type.Object(
  {
    units: nullable(Type.Integer({ minimum: 0, maximum: countLimits.quantityMax })),
    percent: nullable(Type.Integer({ minimum: 0, maximum: 100 })),
    valueMinor: nullable(Money),
  },
  { ...closed, description: "Differences that need no second person. Every limit that is set must hold." },
);

/** Opens a sheet. `bins` or `skus` say what; absent, the kind does (cycle: today's plan; full, zero, touched). */
export const CountBody = Type.Object(
  {
    kind: Type.Enum(sheetKinds),
    warehouse: Type.Optional(NameId),
    bins: Type.Optional(Type.Array(BinText, { maxItems: countLimits.binsPerSheetMax })),
    skus: Type.Optional(Type.Array(SkuText, { maxItems: countLimits.cellsPerSheetMax })),
    blind: Type.Optional(Type.Boolean({ description: "Absent: true." })),
    tolerance: Type.Optional(Tolerance),
    purpose: Type.Optional(NoteText),
    anyway: Type.Optional(Type.Boolean({ description: "Also where an open sheet asks for the same." })),
  },
  closed,
);
export const CountHeaders = Type.Object({ "idempotency-key": Type.Optional(IdText) });
export type CountBody = Static<typeof CountBody>;

/** A sheet in a list. It says nothing of what was found. */
export const CountItem = Type.Object({
  sheet: Type.String(),
  kind: Type.Enum(sheetKinds),
  warehouse: Type.String(),
  status: Type.Enum(["open", "closed", "cancelled"]),
  blind: Type.Boolean(),
  unscanned: Type.Boolean({ description: "Picks are not scanned here: compared over the whole time." }),
  notice: Type.Union([Words, Type.Null()]),
  purpose: Type.String(),
  openedAt: Type.String(),
  openedBy: Type.String(),
  closedAt: nullable(Type.String()),
  bins: Type.Integer(),
  binsClosed: Type.Integer(),
  entries: Type.Integer(),
  approved: Type.Integer({ description: "Lines that are approved, or kept as proof." }),
});
export type CountItem = Static<typeof CountItem>;

export const CountPage = Type.Object({ items: Type.Array(CountItem) });
export type CountPage = Static<typeof CountPage>;

export const CountCell = Type.Object({
  bin: Type.String({ description: "Empty: not put away; on an unscanned sheet: all shelves." }),
  sku: Type.String(),
  lot: Type.String(),
  quality: Quality,
});
const Good = Type.Object({ code: Type.String(), name: Type.String() });

export const SheetQuery = Type.Object(
  {
    after: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: "The `seq` that the phone knows: only bins with something new are sent.",
      }),
    ),
  },
  closed,
);
export type SheetQuery = Static<typeof SheetQuery>;

/** `GET /counts/:sheet`: what a counter's phone shows. */
export const CounterSheet = Type.Object({
  item: CountItem,
  seq: Type.Integer({ description: "Up to which of the sheet's events this is." }),
  part: Type.Boolean({
    description:
      "True: `bins`, `mine` and `unclear` are those of bins with something new alone; the rest is whole.",
  }),
  bins: Type.Array(Type.Object({ bin: Type.String(), closed: Type.Boolean(), closedByMe: Type.Boolean() })),
  cells: Type.Array(CountCell),
  mine: Type.Array(Type.Object({ cell: CountCell, quantity: Type.Integer() })),
  unclear: Type.Array(Type.Object({ entry: Type.String(), cell: CountCell, quantity: Type.Integer() })),
  again: Type.Array(Type.Object({ cell: CountCell, words: Words })),
  goods: Type.Record(Type.String(), Good, { description: "Code and name by SKU." }),
  /** Only on a sheet that is not blind: what the books expect now. */
  expected: Type.Optional(Type.Array(Type.Object({ cell: CountCell, quantity: Type.Integer() }))),
  serverAt: Type.String({ description: "For the phone's clock sample." }),
});
export type CounterSheet = Static<typeof CounterSheet>;

/** One question to the server by the phone's clock, and the `serverAt` of its answer. */
export const ClockSampleBody = Type.Object({ sentAt: Time, receivedAt: Time, serverAt: Time }, closed);

export const deviceFields = {
  device: Type.Optional(Type.String({ ...NameId, description: "Made once on the phone." })),
  clock: Type.Optional(Type.Array(ClockSampleBody, { maxItems: countsLimits.clockSamplesMax })),
};
export const timeFields = {
  /** By the phone's clock where there are samples, else by the server's. Both absent: now. */
  from: Type.Optional(Time),
  to: Type.Optional(Time),
  /** The phone numbers what is done on it; of an entry the number of its first and of its last scan. */
  first: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  last: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
};

export const EntriesBody = Type.Object(
  {
    ...deviceFields,
    entries: Type.Array(
      Type.Object(
        {
          id: IdText,
          bin: BinText,
          sku: SkuText,
          lot: Type.Optional(LotText),
          quality: Type.Optional(Quality),
          quantity: Type.Integer({
            minimum: Number.MIN_SAFE_INTEGER,
            maximum: Number.MAX_SAFE_INTEGER,
            description: `0 to ${countLimits.quantityMax}; others are refused item by item.`,
          }),
          mode: Type.Optional(Type.Enum(entryModes)),
          /** It waited on the phone: taken in whatever has happened since. */
          queued: Type.Optional(Type.Boolean()),
          ...timeFields,
        },
        closed,
      ),
      { minItems: 1, maxItems: countsLimits.entriesPerRequestMax },
    ),
  },
  closed,
);
export type EntriesBody = Static<typeof EntriesBody>;

/** In the order of the request. `duplicate`: it was here already and counts once. */
export const ItemResult = Type.Object({
  id: Type.String(),
  result: Type.Enum(["applied", "duplicate", "refused"]),
  code: Type.Optional(Type.String()),
  words: Type.Optional(Words),
});
export type ItemResult = Static<typeof ItemResult>;
export const EntriesAnswer = Type.Object({ results: Type.Array(ItemResult), serverAt: Type.String() });
export type EntriesAnswer = Static<typeof EntriesAnswer>;

export const CloseBinsBody = Type.Object(
  {
    ...deviceFields,
    bins: Type.Array(Type.Object({ bin: BinText, ...timeFields }, closed), {
      minItems: 1,
      maxItems: countsLimits.binsPerCloseMax,
    }),
  },
  closed,
);
export type CloseBinsBody = Static<typeof CloseBinsBody>;

/** `id` of a result is the bin. `again`: what this person is asked to count once more, there. */
export const CloseBinsAnswer = Type.Object({
  results: Type.Array(ItemResult),
  again: Type.Array(Type.Object({ cell: CountCell, words: Words })),
  serverAt: Type.String(),
});
export type CloseBinsAnswer = Static<typeof CloseBinsAnswer>;

export const ResolutionBody = Type.Object(
  { entry: IdText, as: Type.Enum(["add", "replace", "drop"]) },
  closed,
);
export type ResolutionBody = Static<typeof ResolutionBody>;

const LineIdText = Type.String();
/** `GET /counts/:sheet/explanations`: what explains differences, the surest first. */
export const SheetExplanations = Type.Object({
  items: Type.Array(
    Type.Object({
      explanation: Type.String(),
      kind: Type.Enum(findingKinds),
      units: Type.Integer(),
      paper: nullable(Type.String(), "The document that says so."),
      words: Words,
      lines: Type.Array(LineIdText, { description: "As `SheetLine.line`." }),
      cells: Type.Array(CountCell),
      /** Null: it is for a person to settle. */
      action: Type.Union([
        Type.Object({
          kind: Type.Enum([
            "move",
            "return_sample",
            "correct_receipt",
            "back_to_shelf",
            "approve",
            "open_return",
          ]),
          words: Words,
          page: nullable(Type.String(), "Where it is done; null: by `POST` on the explanation."),
        }),
        Type.Null(),
      ]),
    }),
  ),
});
export type SheetExplanations = Static<typeof SheetExplanations>;
export const ExplanationParams = Type.Object(
  { sheet: SheetId, explanation: Type.String({ pattern: "^[0-9a-f]{16}$" }) },
  closed,
);
export type ExplanationParams = Static<typeof ExplanationParams>;

const LineId = Type.String({ pattern: "^[0-9a-f]{16}$", description: "As `SheetLine.line`." });

export const RecountsBody = Type.Object(
  {
    lines: Type.Array(LineId, { minItems: 1, maxItems: countLimits.linesPerApprovalMax }),
    reason: Type.Optional(NoteText),
  },
  closed,
);
export type RecountsBody = Static<typeof RecountsBody>;

/** `variance` is what the approver saw: where it is another by now nothing is approved. All or none. */
export const ApprovalsBody = Type.Object(
  {
    lines: Type.Array(
      Type.Object(
        {
          line: LineId,
          variance: Type.Integer(),
          reason: Type.Optional(Type.Union([Type.Enum(varianceReasons), Type.Null()])),
        },
        closed,
      ),
      { minItems: 1, maxItems: countLimits.linesPerApprovalMax },
    ),
  },
  closed,
);
export type ApprovalsBody = Static<typeof ApprovalsBody>;

/** What the books were told. `waiting`: refused for now (the units are not there); tried again by itself. */
export const Posted = Type.Object({
  posted: Type.Integer(),
  gain: Type.Integer(),
  loss: Type.Integer(),
  waiting: Type.Integer(),
});
export type Posted = Static<typeof Posted>;
export const ApprovalsAnswer = Type.Object({ approved: Type.Integer(), ...Posted.properties });
export type ApprovalsAnswer = Static<typeof ApprovalsAnswer>;

export const CancelBody = Type.Object({ reason: NoteText }, closed);
export type CancelBody = Static<typeof CancelBody>;

const Bounds = Type.Object({ low: Units, high: Units });

export const SheetLine = Type.Object({
  line: Type.String({ description: "Names the line in approvals and recounts." }),
  cell: CountCell,
  code: Type.String(),
  name: Type.String(),
  status: Type.Enum(lineStatuses),
  /** Counted less expected of the last look: an interval where a movement may lie on either side. */
  variance: Type.Union([Bounds, Type.Null()]),
  /** What the line comes to; null: not settled. */
  settled: Type.Union([
    Type.Object({
      quantity: Type.Integer(),
      expected: Type.Integer(),
      variance: Type.Integer(),
      valueMinor: Type.Integer(),
      counters: Type.Array(Type.String()),
    }),
    Type.Null(),
  ]),
  rounds: Type.Array(
    Type.Object({
      quantity: Type.Integer(),
      expected: Bounds,
      by: Type.Array(Type.String()),
      from: Type.String(),
      to: Type.String(),
      /** Movements that may lie before or after this look. */
      inside: Type.Integer(),
    }),
  ),
  unclear: Type.Array(Type.Object({ entry: Type.String(), by: Type.String(), quantity: Type.Integer() })),
  reason: Type.Union([Type.Enum(varianceReasons), Type.Null()]),
  approvedBy: nullable(Type.String()),
  contradicted: Type.Boolean({ description: "Approved, but a later count says otherwise." }),
});
export type SheetLine = Static<typeof SheetLine>;

/** `GET /counts/:sheet/lines`: for those who may approve. Lines that want something first. */
export const SheetLines = Type.Object({
  item: CountItem,
  progress: Type.Object({
    bins: Type.Integer(),
    binsClosed: Type.Integer(),
    lines: Type.Integer(),
    byStatus: Type.Record(Type.String(), Type.Integer()),
    gain: Type.Integer(),
    loss: Type.Integer(),
    valueMinor: Type.Integer(),
  }),
  lines: Type.Array(SheetLine),
  more: Type.Boolean({ description: "There are more lines than are shown." }),
  /** What this person may sign, in minor units; null: without limit. */
  valueMinorMax: nullable(Type.Integer()),
  reasons: Type.Array(Type.Object({ reason: Type.Enum(varianceReasons), words: Words })),
});
export type SheetLines = Static<typeof SheetLines>;

export const WarehouseQuery = Type.Object({ warehouse: Type.Optional(NameId) }, closed);
export type WarehouseQuery = Static<typeof WarehouseQuery>;

const PlannedBin = Type.Object({
  bin: Type.String(),
  class: Type.Enum(["A", "B", "C"]),
  why: Type.Enum(planReasons),
  daysOverdue: Type.Integer(),
});
/** `GET /counts/plan`: the bins to count today, doubtful ones first of all, in the order of their names. */
export const CountPlan = Type.Object({
  date: Type.String(),
  warehouse: Type.String(),
  today: Type.Array(PlannedBin),
  later: Type.Integer({ description: "Bins that are due as well and have no room today." }),
});
export type CountPlan = Static<typeof CountPlan>;

export const AccuracyQuery = Type.Object(
  { days: Type.Optional(Type.Integer({ minimum: 1, maximum: 366 })) },
  closed,
);
export type AccuracyQuery = Static<typeof AccuracyQuery>;

const accuracyFields = {
  bins: Type.Integer(),
  accurate: Type.Integer(),
  ira: nullable(Type.Number(), "Per cent with one decimal; null: nothing was counted."),
  gain: Type.Integer(),
  loss: Type.Integer(),
  netMinor: Type.Integer(),
  grossMinor: Type.Integer(),
};
const accuracyOfDay = Type.Object({ date: Type.String(), ...accuracyFields });
/** `GET /counts/accuracy`: bins counted without a difference ÷ bins counted (账实相符率). */
export const CountAccuracy = Type.Object({
  from: Type.String(),
  to: Type.String(),
  total: Type.Object(accuracyFields),
  byDay: Type.Array(accuracyOfDay),
  byCounter: Type.Array(Type.Object({ counter: Type.String(), ...accuracyFields })),
  byZone: Type.Array(Type.Object({ zone: Type.String(), ...accuracyFields })),
  /** The zones, and the counters, with the most bins, day by day: the largest first. */
  zonesByDay: Type.Array(Type.Object({ zone: Type.String(), days: Type.Array(accuracyOfDay) })),
  countersByDay: Type.Array(Type.Object({ counter: Type.String(), days: Type.Array(accuracyOfDay) })),
  /** Bins that were looked at of those that the day's plan named. */
  plan: Type.Array(Type.Object({ date: Type.String(), planned: Type.Integer(), done: Type.Integer() })),
  byCause: Type.Array(
    Type.Object({
      cause: Type.String(),
      words: Words,
      lines: Type.Integer(),
      units: Type.Integer(),
      grossMinor: Type.Integer(),
    }),
  ),
});
export type CountAccuracy = Static<typeof CountAccuracy>;

/** `GET`, `PUT /counts/policy`. */
export const CountPolicyBody = Type.Object(
  {
    version: Type.Integer({ minimum: 0 }),
    /** By warehouse. Absent: unscanned once anything was sold from it. */
    picks: Type.Record(NameId, Type.Enum(["scanned", "unscanned"])),
    tolerance: Tolerance,
    levels: Type.Array(
      Type.Object(
        { role: Type.Enum(["owner", "operator", "warehouse"]), valueMinorMax: nullable(Money) },
        closed,
      ),
      { maxItems: 3 },
    ),
    everyDays: Type.Object(
      {
        A: Type.Integer({ minimum: 1, maximum: 366 }),
        B: Type.Integer({ minimum: 1, maximum: 366 }),
        C: Type.Integer({ minimum: 1, maximum: 366 }),
      },
      closed,
    ),
    /** Monday first. */
    binsByWeekday: Type.Array(Type.Integer({ minimum: 0, maximum: 20_000 }), { minItems: 7, maxItems: 7 }),
    /** Per cent of the value that moved: up to the first is A, up to the second B. Absent: 80 and 95. */
    abcPercent: Type.Optional(
      Type.Object(
        {
          a: Type.Integer({ minimum: 1, maximum: 99 }),
          b: Type.Integer({ minimum: 1, maximum: 100 }),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type CountPolicyBody = Static<typeof CountPolicyBody>;

/** `POST /counts/policy/preview`: what today's plan would be, and is. */
export const PolicyPreview = Type.Object({
  date: Type.String(),
  warehouse: Type.String(),
  weekday: Type.Integer({ description: "0 is Monday." }),
  now: Type.Object({ today: Type.Integer(), later: Type.Integer() }),
  tried: Type.Object({ today: Type.Integer(), later: Type.Integer() }),
  /** Bins by the class of what stands in them, as the policy would have it. */
  classes: Type.Object({ A: Type.Integer(), B: Type.Integer(), C: Type.Integer() }),
  bins: Type.Array(PlannedBin),
});
export type PolicyPreview = Static<typeof PolicyPreview>;

/** `GET /scan?code=`: what a barcode gun or a camera read. */
export const ScanQuery = Type.Object(
  { code: Type.String({ minLength: 1, maxLength: 200 }), warehouse: Type.Optional(NameId) },
  closed,
);
export type ScanQuery = Static<typeof ScanQuery>;
export const ScanAnswer = Type.Object({
  kind: Type.Enum(["sku", "bin", "lot", "unknown"]),
  code: Type.String(),
  sku: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  /** What is scanned is a case: so many units of the product. */
  units: Type.Optional(Type.Integer()),
  bin: Type.Optional(Type.String()),
  lot: Type.Optional(Type.String()),
  /** SKUs that have this lot, where it is several SKUs'. */
  skus: Type.Optional(Type.Array(Type.String())),
  words: Type.Optional(Words),
});
export type ScanAnswer = Static<typeof ScanAnswer>;
