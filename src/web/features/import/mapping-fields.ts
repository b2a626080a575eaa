import type { ImportKind } from "../../../api/imports.ts";

export interface MappingField {
  readonly field: FieldName;
  readonly required?: boolean;
}

export type FieldName =
  | "sku"
  | "name"
  | "category"
  | "price"
  | "cost"
  | "season"
  | "shelfLifeDays"
  | "leadDays"
  | "style"
  | "quantity"
  | "bin"
  | "lot"
  | "barcode"
  | "warehouse"
  | "orderId"
  | "lineId"
  | "listing"
  | "amount"
  | "unitPrice"
  | "placedAt"
  | "paidAt"
  | "shippedAt"
  | "updatedAt"
  | "status"
  | "buyer"
  | "phone"
  | "address"
  | "region";

/** What the mapping page asks for, the needed ones first. */
export const mappingFields: Readonly<Record<ImportKind, readonly MappingField[]>> = {
  stock: [
    { field: "sku", required: true },
    { field: "quantity", required: true },
    { field: "name" },
    { field: "category" },
    { field: "price" },
    { field: "cost" },
    { field: "season" },
    { field: "shelfLifeDays" },
    { field: "leadDays" },
    { field: "style" },
    { field: "barcode" },
    { field: "bin" },
    { field: "lot" },
    { field: "warehouse" },
  ],
  orders: [
    { field: "orderId", required: true },
    { field: "quantity", required: true },
    { field: "sku" },
    { field: "listing" },
    { field: "placedAt" },
    { field: "status" },
    { field: "lineId" },
    { field: "amount" },
    { field: "unitPrice" },
    { field: "paidAt" },
    { field: "shippedAt" },
    { field: "updatedAt" },
    { field: "buyer" },
    { field: "phone" },
    { field: "address" },
    { field: "region" },
    { field: "name" },
  ],
};

/** What must still be mapped. Orders name their goods by a SKU or by a listing. */
export function missingFields(kind: ImportKind, columns: Readonly<Record<string, string>>): FieldName[] {
  const missing = mappingFields[kind]
    .filter(({ field, required }) => required === true && columns[field] === undefined)
    .map(({ field }) => field);
  const goods = columns.sku !== undefined || columns.listing !== undefined;
  return kind === "orders" && !goods ? [...missing, "sku"] : missing;
}
