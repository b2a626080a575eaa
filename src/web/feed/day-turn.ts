import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useSession } from "../session.ts";
import { keys } from "./apply.ts";

const lookEveryMs = 30_000;
const hourMs = 3_600_000;

/** The business day that a moment belongs to, as a text that changes when the day does. */
export function businessDay(
  at: number,
  shop: { readonly timeZone: string; readonly dayCutHour: number },
): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: shop.timeZone }).format(at - shop.dayCutHour * hourMs);
}

/** What was sold today begins at zero when the day turns, also on a page that stays open through the night. */
export function useDayTurn(): void {
  const client = useQueryClient();
  const session = useSession();
  const shop = session?.shop ?? null;
  const offset = session?.clockOffsetMs ?? 0;
  const timeZone = shop?.timeZone;
  const dayCutHour = shop?.dayCutHour;
  useEffect(() => {
    if (timeZone === undefined || dayCutHour === undefined) return;
    const today = () => businessDay(Date.now() + offset, { timeZone, dayCutHour });
    let day = today();
    const timer = setInterval(() => {
      if (today() === day) return;
      day = today();
      void client.invalidateQueries({ queryKey: keys.stock });
    }, lookEveryMs);
    return () => clearInterval(timer);
  }, [client, offset, timeZone, dayCutHour]);
}
