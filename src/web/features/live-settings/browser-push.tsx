import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import type { RobotItem } from "../../../api/robots.ts";
import { useSession } from "../../session.ts";
import { Card } from "../../ui/card.tsx";
import { useProblemText } from "../../ui/state.tsx";
import { liveKeys, liveSettings } from "./client.ts";

const workerFile = "/push.js";

type Ability = "can" | "insecure" | "cannot" | "denied";

function ability(): Ability {
  if (!isSecureContext) return "insecure";
  if (!("serviceWorker" in navigator) || !("PushManager" in globalThis)) return "cannot";
  return Notification.permission === "denied" ? "denied" : "can";
}

async function subscriptionNow(): Promise<PushSubscription | null> {
  if (ability() !== "can") return null;
  const registration = await navigator.serviceWorker.getRegistration(workerFile);
  return (await registration?.pushManager.getSubscription()) ?? null;
}

function keyBytes(base64Url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64Url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

class NotAllowed extends Error {}

/** Asks the person, then the browser's push service, and tells the server where to push to. */
async function subscribe(name: string, language: "zh" | "en"): Promise<RobotItem> {
  if ((await Notification.requestPermission()) !== "granted") throw new NotAllowed();
  await navigator.serviceWorker.register(workerFile);
  const registration = await navigator.serviceWorker.ready;
  const { publicKey } = await liveSettings.pushKey();
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: keyBytes(publicKey),
  });
  try {
    const { endpoint, expirationTime, keys } = subscription.toJSON();
    const configuration = { endpoint, expirationTime: expirationTime ?? null, keys };
    return await liveSettings.addRobot({ kind: "web_push", name, language, configuration });
  } catch (error) {
    await subscription.unsubscribe();
    throw error;
  }
}

/** Alerts on this device, even while no page of the shop is open. */
export function BrowserPush({ robots }: { robots: readonly RobotItem[] }) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const textOf = useProblemText();
  const client = useQueryClient();
  const user = useSession()?.user;
  const can = ability();
  const { data: subscription } = useQuery({ queryKey: ["push-subscription"], queryFn: subscriptionNow });
  const refresh = () => {
    void client.invalidateQueries({ queryKey: ["push-subscription"] });
    void client.invalidateQueries({ queryKey: liveKeys.robots });
  };
  const on = useMutation({
    mutationFn: () =>
      subscribe(
        t("robots.browser.name", { who: user?.name ?? "", device: navigator.platform }),
        i18n.language === "en" ? "en" : "zh",
      ),
    onSuccess: () => {
      message.success(t("robots.browser.onNow"));
      refresh();
    },
    onError: (error) =>
      message.error(
        error instanceof NotAllowed || error instanceof DOMException
          ? t("robots.browser.refused")
          : textOf(error),
      ),
  });
  const off = useMutation({
    mutationFn: async () => {
      await subscription?.unsubscribe();
    },
    onSuccess: refresh,
  });
  const active = subscription != null && robots.some((robot) => robot.kind === "web_push");
  return (
    <Card
      title={t("robots.browser.title")}
      note={t(can === "can" ? "robots.browser.note" : `robots.browser.${can}`)}
      actions={
        can === "can" &&
        (active ? (
          <Button loading={off.isPending} onClick={() => off.mutate()}>
            {t("robots.browser.off")}
          </Button>
        ) : (
          <Button loading={on.isPending} onClick={() => on.mutate()}>
            {t("robots.browser.on")}
          </Button>
        ))
      }
    >
      {active && <p className="ok">{t("robots.browser.active")}</p>}
    </Card>
  );
}
