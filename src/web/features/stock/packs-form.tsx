import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, InputNumber } from "antd";
import { useTranslation } from "react-i18next";
import type { PacksFields } from "../../../api/packs.ts";
import { apiBase, request } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { Icon } from "../../ui/icon.tsx";
import { ErrorNote, Failure, Skeleton } from "../../ui/state.tsx";
import css from "./policy-form.module.css";

const codeCharsMax = 64;
const packsMax = 10;
const [unitsMin, unitsMax] = [2, 9_999];

/** A row that was just added says nothing yet. */
interface Fields {
  readonly packs: readonly { readonly code?: string; readonly units?: number | null }[];
}

/** How many units are in a case, and the code on it: a scan of the case counts them all. */
export function PacksForm({ sku }: { sku: string }) {
  const queryKey = [...keys.sku(sku), "packs"];
  const path = `${apiBase}/skus/${encodeURIComponent(sku)}/packs`;
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => request<PacksFields>(path, { signal }),
  });
  if (error !== null && data === undefined) return <Failure error={error} onRetry={() => void refetch()} />;
  return data === undefined ? (
    <Skeleton lines={2} />
  ) : (
    <Filled packs={data.packs} path={path} queryKey={queryKey} />
  );
}

interface FilledProps extends PacksFields {
  readonly path: string;
  readonly queryKey: readonly unknown[];
}

function Filled({ packs, path, queryKey }: FilledProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (body: PacksFields) => request<PacksFields>(path, { method: "PUT", body }),
    onSuccess: (saved) => {
      client.setQueryData(queryKey, saved);
      message.success(t("packs.saved"));
    },
  });
  const send = (fields: Fields) =>
    save.mutate({
      packs: fields.packs.flatMap(({ code = "", units }) =>
        units == null ? [] : [{ code: code.trim(), units }],
      ),
    });
  return (
    <Form<Fields> layout="vertical" initialValues={{ packs }} onFinish={send} className={css.form}>
      <p className="muted">{t("packs.help")}</p>
      <Rows />
      <ErrorNote error={save.error} />
      <Button type="primary" htmlType="submit" loading={save.isPending} block>
        {t("common.save")}
      </Button>
    </Form>
  );
}

function Rows() {
  const { t } = useTranslation();
  const needed = { required: true, message: t("packs.unitsNeeded") };
  return (
    <Form.List name="packs">
      {(fields, { add, remove }) => (
        <>
          {fields.map(({ key, name }) => (
            <div key={key} className={css.pack}>
              <Form.Item name={[name, "code"]} label={t("packs.code")}>
                <Input maxLength={codeCharsMax} placeholder={t("packs.noCode")} autoComplete="off" />
              </Form.Item>
              <Form.Item name={[name, "units"]} label={t("packs.units")} rules={[needed]}>
                <InputNumber min={unitsMin} max={unitsMax} precision={0} />
              </Form.Item>
              <Button
                type="text"
                aria-label={t("packs.remove")}
                icon={<Icon name="close" size={18} />}
                onClick={() => remove(name)}
              />
            </div>
          ))}
          {fields.length < packsMax && (
            <Button block type="dashed" onClick={() => add({ code: "", units: null })}>
              {t("packs.add")}
            </Button>
          )}
        </>
      )}
    </Form.List>
  );
}
