import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { BinFileAnswer } from "../../../api/floor.ts";
import { FilePick } from "../../ui/file-pick.tsx";
import { useFormat } from "../../ui/format.ts";
import { ErrorNote, Note } from "../../ui/state.tsx";
import { floorApi, floorKeys } from "./client.ts";
import css from "./floor.module.css";

const problemsShown = 12;

/** A list of bins from a file: what was understood is shown before anything is kept. */
export function ImportBins({ warehouse, onClose }: { warehouse: string; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const read = useMutation({
    mutationFn: (chosen: File) => floorApi.importBins(warehouse, chosen, true),
    onMutate: setFile,
  });
  const save = useMutation({
    mutationFn: (chosen: File) => floorApi.importBins(warehouse, chosen, false),
    onSuccess: ({ bins }) => {
      message.success(t("floor.importDone", { n: format.number(bins) }));
      void client.invalidateQueries({ queryKey: floorKeys.all });
      onClose();
    },
  });
  const found = read.data;
  return (
    <Modal
      open
      title={t("floor.importBins")}
      okText={t("floor.importSave", { n: format.number(found?.bins ?? 0) })}
      cancelText={t("common.cancel")}
      okButtonProps={{ disabled: found === undefined || found.bins === 0 }}
      confirmLoading={save.isPending}
      onOk={() => file !== null && save.mutate(file)}
      onCancel={onClose}
      width={620}
    >
      <div className={css.stack}>
        <FilePick
          title={file === null ? t("floor.importPick") : file.name}
          text={t("floor.importText")}
          button={t("import.drop.choose")}
          accept=".csv,.tsv,.txt,.xlsx"
          busy={read.isPending}
          onFile={(chosen) => read.mutate(chosen)}
        />
        <ErrorNote error={read.error ?? save.error} />
        {found !== undefined && <Understood found={found} />}
      </div>
    </Modal>
  );
}

function Understood({ found }: { found: BinFileAnswer }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  return (
    <>
      <Note tone={found.bins === 0 ? "warn" : "good"}>
        {t("floor.importFound", { n: format.number(found.bins), fresh: format.number(found.fresh) })}
      </Note>
      {found.zones.length > 0 && (
        <Note>
          {t("floor.importZones", {
            zones: found.zones.slice(0, problemsShown).join(t("common.comma")),
          })}
        </Note>
      )}
      {found.problems.length > 0 && (
        <div>
          <b>{t("floor.importProblems", { n: format.number(found.problems.length) })}</b>
          <ul className={css.plainList}>
            {found.problems.slice(0, problemsShown).map((one) => (
              <li key={`${one.row} ${one.en}`}>
                <span>{i18n.language === "en" ? one.en : one.zh}</span>
                <small className="muted">{t("floor.importRow", { row: one.row })}</small>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
