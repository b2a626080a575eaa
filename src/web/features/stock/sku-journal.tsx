import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { JournalList } from "../../ui/journal-list.tsx";
import { Failure, Skeleton } from "../../ui/state.tsx";
import panel from "./sku-panel.module.css";

const firstRows = 8;
const moreRows = 50;

/** What happened to a SKU, the latest first. */
export function SkuJournal({ sku }: { sku: string }) {
  const { t } = useTranslation();
  const journal = useInfiniteQuery({
    queryKey: keys.skuJournal(sku),
    queryFn: async ({ pageParam, signal }) => {
      const limit = pageParam === null ? firstRows : moreRows;
      const { items } = await api.skuJournal(sku, { before: pageParam ?? undefined, limit }, signal);
      return { items, next: items.length < limit ? null : (items.at(-1)?.seq ?? null) };
    },
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next,
    staleTime: 2_000,
  });
  const items = journal.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section>
      <h3 className={panel.heading}>{t("journal.title")}</h3>
      {journal.isPending && <Skeleton lines={4} />}
      {journal.isError && items.length === 0 && (
        <Failure error={journal.error} onRetry={() => void journal.refetch()} />
      )}
      {journal.isSuccess && items.length === 0 && <p className="muted">{t("journal.empty")}</p>}
      <JournalList items={items} />
      {journal.hasNextPage && (
        <Button
          type="text"
          block
          loading={journal.isFetchingNextPage}
          onClick={() => void journal.fetchNextPage()}
        >
          {t("journal.older")}
        </Button>
      )}
    </section>
  );
}
