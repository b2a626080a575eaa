import css from "./logo.module.css";

/** The name of the product. It is the same in every language. */
export function Logo() {
  return (
    <span className={css.logo} translate="no">
      <b>在库</b> Zaiku
    </span>
  );
}
