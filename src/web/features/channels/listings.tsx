import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ChannelItem, ListingItem } from "../../../api/catalog.ts";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";
import { useCan } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { useChannelNames } from "../../ui/channel-names.ts";
import { useDebounced } from "../../ui/hooks.ts";
import { Icon } from "../../ui/icon.tsx";
import { Empty, Failure, Skeleton } from "../../ui/state.tsx";
import { Tag } from "../../ui/tag.tsx";
import css from "./channels.module.css";
import { ListingForm } from "./listing-form.tsx";

const pageRows = 100;

function useListings(channel: string, search: string) {
  return useInfiniteQuery({
    queryKey: [...keys.listings, channel, search],
    queryFn: ({ pageParam, signal }) =>
      api.listings(
        { channel, search: search === "" ? undefined : search, cursor: pageParam, limit: pageRows },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
  });
}

/** Which listing of a channel is which goods: one SKU, or a bundle of several. */
export function Listings({ channel }: { channel: ChannelItem }) {
  const { t } = useTranslation();
  const mayChange = useCan("catalog:write");
  const nameOf = useChannelNames();
  const [text, setText] = useState("");
  const search = useDebounced(text.trim());
  const [form, setForm] = useState<ListingItem | "new" | null>(null);
  const list = useListings(channel.channel, search);
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card
      title={t("listings.title", { channel: nameOf(channel.channel) })}
      note={t("listings.note")}
      actions={mayChange && <Button onClick={() => setForm("new")}>{t("listings.add")}</Button>}
    >
      {(items.length > 0 || search !== "") && (
        <Input
          className={css.search}
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder={t("listings.search")}
          aria-label={t("listings.search")}
          allowClear
        />
      )}
      {list.isPending && <Skeleton lines={4} />}
      {list.isError && items.length === 0 && (
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isSuccess && items.length === 0 && (
        <Empty icon="channels" title={t(search === "" ? "listings.empty.title" : "listings.none")}>
          {search === "" && t("listings.empty.text")}
        </Empty>
      )}
      <ul>
        {items.map((item) => (
          <Listing key={item.listing} item={item} onEdit={mayChange ? () => setForm(item) : null} />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button block type="text" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("orders.more")}
        </Button>
      )}
      {form !== null && (
        <ListingForm
          channel={channel.channel}
          listing={form === "new" ? null : form}
          onClose={() => setForm(null)}
        />
      )}
    </Card>
  );
}

function Listing({ item, onEdit }: { item: ListingItem; onEdit: (() => void) | null }) {
  const { t } = useTranslation();
  return (
    <li className={css.listing}>
      <div className={css.listingNames}>
        <b>{item.title === "" ? item.listing : item.title}</b>
        {item.title !== "" && <small>{item.listing}</small>}
      </div>
      <div className={css.parts}>
        {item.parts.length === 0 && <Tag tone="tier1">{t("listings.unmapped")}</Tag>}
        {item.parts.map((part) => (
          <span key={part.sku} className={css.part}>
            {part.sku} × {part.units}
            {part.gift && <Tag tone="accent">{t("listings.gift")}</Tag>}
          </span>
        ))}
      </div>
      {onEdit !== null && (
        <Button
          type="text"
          size="small"
          icon={<Icon name="edit" size={16} />}
          aria-label={t("listings.editOf", { listing: item.listing })}
          onClick={onEdit}
        />
      )}
    </li>
  );
}
