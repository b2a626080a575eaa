import { App, ConfigProvider, theme as antdTheme, type ThemeConfig } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useStillness } from "../ui/hooks.ts";
import { tokenValue, useTheme, type Theme } from "../ui/theme.ts";

/** Ant Design in the colours of tokens.css: the one place that says what Zaiku looks like. */
function themeConfig(theme: Theme, still: boolean): ThemeConfig {
  const color = (name: string) => tokenValue(`--${name}`);
  return {
    algorithm: theme === "dark" ? antdTheme.darkAlgorithm : antdTheme.defaultAlgorithm,
    cssVar: { prefix: "ant", key: `zaiku-${theme}` },
    hashed: false,
    token: {
      colorPrimary: color("accent"),
      colorInfo: color("accent"),
      colorSuccess: color("ok-text"),
      colorWarning: color("tier1"),
      colorError: color("tier3-text"),
      colorLink: color("accent-text"),
      colorTextLightSolid: color("on-accent"),
      colorBgBase: color("surface"),
      colorBgContainer: color("surface"),
      colorBgElevated: color("surface"),
      colorBgLayout: color("bg"),
      colorFillTertiary: color("raised"),
      colorFillQuaternary: color("raised"),
      colorText: color("text"),
      colorTextSecondary: color("muted"),
      colorTextTertiary: color("muted"),
      colorTextDescription: color("muted"),
      colorTextPlaceholder: color("faint-text"),
      colorBorder: color("line"),
      colorBorderSecondary: color("line"),
      colorSplit: color("line"),
      motion: !still,
      borderRadius: 8,
      borderRadiusLG: 10,
      borderRadiusSM: 6,
      controlHeight: 36,
      controlHeightSM: 30,
      controlHeightLG: 44,
      fontFamily: "var(--font)",
      fontSize: 14,
      fontWeightStrong: 650,
      motionDurationMid: "0.12s",
      motionDurationSlow: "0.16s",
    },
    components: {
      Button: {
        fontWeight: 600,
        paddingInline: 16,
        defaultShadow: "none",
        primaryShadow: "none",
        dangerShadow: "none",
        primaryColor: color("on-accent"),
        dangerColor: theme === "dark" ? color("on-accent") : "#ffffff",
      },
      Form: { labelColor: color("muted"), verticalLabelPadding: "0 0 4px", itemMarginBottom: 22 },
      Modal: { titleFontSize: 17 },
      Segmented: { trackBg: color("raised"), itemSelectedBg: color("surface") },
      Tabs: { titleFontSize: 15, horizontalMargin: "0 0 18px" },
      Tooltip: { colorBgSpotlight: color("text"), colorTextLightSolid: color("surface") },
    },
  };
}

export function Look({ children }: { children: ReactNode }) {
  const theme = useTheme();
  const { i18n } = useTranslation();
  const still = useStillness();
  const config = useMemo(() => themeConfig(theme, still), [theme, still]);
  return (
    <ConfigProvider
      theme={config}
      locale={i18n.language === "en" ? enUS : zhCN}
      button={{ autoInsertSpace: false }}
      form={{ requiredMark: false }}
      wave={{ disabled: true }}
    >
      <App message={{ maxCount: 3 }} component={false}>
        {children}
      </App>
    </ConfigProvider>
  );
}
