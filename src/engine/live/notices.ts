import type { Alert } from "../../domain/live/alert.ts";
import { playbooks } from "../../domain/live/playbook.ts";
import type { Severity } from "../../domain/live/rule.ts";
import type { Words } from "../../domain/live/words.ts";
import type { Instant } from "../../domain/rows.ts";
import type { Notice, NoticeTopic } from "../notify/notice.ts";
import { alertText, alertTitle } from "./alert-words.ts";
import type { Looked } from "./look.ts";
import { subjectName } from "./names.ts";

/** What robots, mails and phones are told of a session. */

export function alertNotice(looked: Looked, alert: Alert, at: Instant): Notice {
  const { plan } = looked.open;
  const title = alertTitle(alert.rule);
  const text = alertText(alert, subjectName(looked, alert) ?? plan.title);
  const { advice } = playbooks[alert.rule];
  const again: Words =
    alert.level > 0
      ? {
          zh: `（第 ${alert.level} 次升级，还没有人确认）`,
          en: ` (escalated ${alert.level}×, nobody has it yet)`,
        }
      : { zh: "", en: "" };
  return sessionNotice(plan, {
    topic: "alert",
    key: `${alert.id}/${alert.level}`,
    // What nobody takes becomes more urgent.
    severity: Math.min(3, alert.severity + alert.level) as Severity,
    title: { zh: `${title.zh}${again.zh}`, en: `${title.en}${again.en}` },
    text: { zh: `${text.zh}\n\n${advice.zh}`, en: `${text.en}\n\n${advice.en}` },
    at,
  });
}

export function sessionNotice(
  plan: { readonly id: string; readonly title: string },
  notice: {
    readonly topic: NoticeTopic;
    readonly key: string;
    readonly severity: Severity;
    readonly title: Words;
    readonly text: Words;
    readonly at: Instant;
  },
): Notice {
  const { title } = notice;
  return {
    ...notice,
    title: { zh: `【${plan.title}】${title.zh}`, en: `[${plan.title}] ${title.en}` },
    session: plan.id,
    link: `/live/${encodeURIComponent(plan.id)}`,
  };
}
