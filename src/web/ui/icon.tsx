import type { ReactNode } from "react";

const shapes = {
  calendar: "M5 6.5h14v13H5zM5 10.5h14M9 4v4M15 4v4M8.5 14h2M13.5 14h2",
  grip: "M9 6h.1M15 6h.1M9 12h.1M15 12h.1M9 18h.1M15 18h.1",
  play: "M8 5.5v13l10.5-6.5L8 5.5Z",
  bell: "M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5l1.5 1.5H5l1.5-1.5ZM10.5 20.5h3",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.3 15.3 20 20",
  close: "M6 6l12 12M18 6 6 18",
  back: "M14.5 5.5 8 12l6.5 6.5",
  next: "M9.5 5.5 16 12l-6.5 6.5",
  down: "M6 9.5l6 6 6-6",
  plus: "M12 5v14M5 12h14",
  check: "M5 12.5l4.5 4.5L19 7.5",
  warning: "M12 4 2.8 19.5h18.4L12 4ZM12 10v4.5M12 17v.2",
  upload: "M12 15.5V4.5M7.5 8.5 12 4l4.5 4.5M4.5 15.5v4h15v-4",
  download: "M12 4.5v11M7.5 11.5 12 16l4.5-4.5M4.5 15.5v4h15v-4",
  more: "M5.5 12h.1M12 12h.1M18.5 12h.1",
  menu: "M4 7h16M4 12h16M4 17h16",
  stock: "M4 8.5 12 4l8 4.5v7L12 20l-8-4.5v-7ZM4 8.5l8 4.5 8-4.5M12 13v7",
  bins: "M4 4.5h16v15H4zM4 9.5h16M4 14.5h16M10 4.5v5M15 9.5v5M9 14.5v5",
  receive:
    "M3.5 6.5h11v10h-11zM14.5 10h3.8l2.2 3.2v3.3h-6M7 19a1.8 1.8 0 1 0 0-3.6A1.8 1.8 0 0 0 7 19ZM17 19a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6Z",
  orders: "M6 3.5h12v17l-3-2-3 2-3-2-3 2v-17ZM9 8.5h6M9 12.5h6",
  channels:
    "M7 10.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM17 19.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM7 10.5v3a3 3 0 0 0 3 3h4",
  settings:
    "M12 15.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4ZM12 3.5v2.3M12 18.2v2.3M20.5 12h-2.3M5.8 12H3.5M18 6l-1.6 1.6M7.6 16.4 6 18M18 18l-1.6-1.6M7.6 7.6 6 6",
  giveBack: "M9.5 6 5 10.5 9.5 15M5.5 10.5h9a4.5 4.5 0 0 1 0 9H9",
  sample: "M4.5 11.5v-7h7l8 8-7 7-8-8ZM8.500 8.5h.1",
  broken: "M4 8.5 12 4l8 4.5v7L12 20l-8-4.5v-7ZM9 9.5l6 5M15 9.5l-6 5",
  send: "M4 12h12M11 6.5l5.5 5.5-5.5 5.5M20 4.5v15",
  trash: "M5 7h14M9.5 7V4.5h5V7M7 7l.8 12.5h8.4L17 7M10.5 10.5v5.5M13.5 10.5v5.5",
  edit: "M4.5 19.5l1-4L16 5l3 3L8.5 18.5l-4 1ZM13.8 7.2l3 3",
  copy: "M8.5 8.5h11v11h-11zM15.5 8.5v-4h-11v11h4",
  file: "M6.5 3.5H14l4 4v13H6.5zM13.5 3.5V8H18",
  offline:
    "M3 3l18 18M5 12.5a10 10 0 0 1 4.5-2.7M19 12.5a10 10 0 0 0-5-2.900M8.5 16a5 5 0 0 1 7 0M12 19.5h.1",
} as const;

export type IconName = keyof typeof shapes;

/** A small picture beside words: what it shows is said by the words. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }): ReactNode {
  const weight = name === "more" || name === "grip" ? 2.6 : 1.7;
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={weight}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={shapes[name]} />
    </svg>
  );
}
