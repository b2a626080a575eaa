import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { ApiError, newKey } from "../api.ts";
import { keys } from "../feed/apply.ts";

/**
 * Sends a change that must not happen twice. A try whose answer was lost is repeated under its own key; content that
 * was edited, or that was refused, is a new request.
 */
export function useKeyed<Body, Answer>(send: (body: Body, key: string) => Promise<Answer>) {
  const client = useQueryClient();
  const last = useRef<{ content: string; key: string } | null>(null);
  return useMutation({
    mutationFn: async (body: Body) => {
      const content = JSON.stringify(body);
      const attempt = last.current?.content === content ? last.current : { content, key: newKey() };
      last.current = attempt;
      try {
        const answer = await send(body, attempt.key);
        last.current = null;
        return answer;
      } catch (error) {
        if (error instanceof ApiError && error.status > 0 && error.status < 500) last.current = null;
        throw error;
      }
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.stock }),
  });
}
