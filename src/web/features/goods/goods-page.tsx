import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { useCan } from "../../session.ts";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/state.tsx";
import { AdjustTab } from "./adjust-tab.tsx";
import { ReceiveTab } from "./receive-tab.tsx";

/** Goods that come in, and units that a person moves by hand. */
export function GoodsPage() {
  const { t } = useTranslation();
  const { tab = "receive" } = useParams();
  const navigate = useNavigate();
  const may = useCan("stock:write");
  return (
    <Page title={t("goods.title")} subtitle={t("goods.subtitle")} narrow>
      {may ? (
        <Tabs
          activeKey={tab}
          onChange={(key) => void navigate(key === "receive" ? "/goods" : `/goods/${key}`)}
          destroyOnHidden={false}
          items={[
            { key: "receive", label: t("goods.receive"), children: <ReceiveTab /> },
            { key: "adjust", label: t("goods.adjust"), children: <AdjustTab /> },
          ]}
        />
      ) : (
        <Empty icon="receive" title={t("goods.denied")} />
      )}
    </Page>
  );
}
