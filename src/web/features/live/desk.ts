import { App } from "antd";
import { createContext, use, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ActionAnswer, ActionBody } from "../../../api/session-actions.ts";
import type { SessionView } from "../../../api/session-view.ts";
import { useCan } from "../../session.ts";
import { useProblemText } from "../../ui/state.tsx";
import { live } from "./client.ts";

export interface Desk {
  readonly view: SessionView;
  /** The server's clock. */
  readonly now: number;
  readonly canAct: boolean;
  /** Does it and says so; null when it was refused, which is said too. */
  readonly act: (body: ActionBody) => Promise<ActionAnswer | null>;
  /** Waits for anything else that changes the session. True when it was done. */
  readonly run: (work: () => Promise<unknown>, done?: string) => Promise<boolean>;
}

const DeskContext = createContext<Desk | null>(null);
export const DeskProvider = DeskContext;

export function useDesk(): Desk {
  const desk = use(DeskContext);
  if (desk === null) throw new Error("There is no desk around this part of the page.");
  return desk;
}

/** What the parts of a console work with. The functions stay the same from one second to the next. */
export function useMakeDesk(view: SessionView | null, now: number): Desk | null {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const canAct = useCan("session:write");
  const session = view?.session ?? "";
  const latest = useRef({ t, message, problemText, session });
  useEffect(() => {
    latest.current = { t, message, problemText, session };
  });
  const calls = useMemo(() => {
    const failed = (error: unknown) =>
      void latest.current.message.error(latest.current.problemText(error), 6);
    return {
      act: async (body: ActionBody): Promise<ActionAnswer | null> => {
        try {
          const answer = await live.act(latest.current.session, body);
          const name = latest.current.t(`live.action.${body.action}`);
          void latest.current.message.success(latest.current.t("live.did", { action: name }), 2);
          return answer;
        } catch (error) {
          failed(error);
          return null;
        }
      },
      run: async (work: () => Promise<unknown>, done?: string): Promise<boolean> => {
        try {
          await work();
          if (done !== undefined) void latest.current.message.success(done, 2);
          return true;
        } catch (error) {
          failed(error);
          return false;
        }
      },
    };
  }, []);
  return view === null ? null : { view, now, canAct, ...calls };
}
