import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { ChannelItem } from "../../api/catalog.ts";
import { api } from "../api.ts";
import { keys } from "../feed/apply.ts";
import { useWords } from "./words.ts";

export const channelsQuery = {
  queryKey: keys.channels,
  queryFn: async () => (await api.channels()).items,
  staleTime: 60_000,
} as const;

const none: readonly ChannelItem[] = [];

export function useChannels(): readonly ChannelItem[] {
  return useQuery(channelsQuery).data ?? none;
}

/** The shop's own names for its channels. */
export function useChannelNames(): (channel: string) => string {
  const channels = useChannels();
  const words = useWords();
  const names = useMemo(() => new Map(channels.map((one) => [one.channel, one.name])), [channels]);
  return (channel) => {
    const name = names.get(channel);
    // A channel that nobody has named yet is called after its platform.
    return name === undefined || name === channel ? words.platform(channel) : name;
  };
}
