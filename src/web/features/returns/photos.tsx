import { Image } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../../api.ts";
import { Icon } from "../../ui/icon.tsx";
import { Note, useProblemText } from "../../ui/state.tsx";
import { photoUrl, shrink, uploadPhoto } from "./client.ts";
import css from "./returns.module.css";

const photosMax = 6;

/** Pictures in a row; a tap shows one large. */
export function Photos({ photos, label }: { photos: readonly string[]; label: string }) {
  const { t } = useTranslation();
  if (photos.length === 0) return null;
  return (
    <div className={css.photos}>
      <Image.PreviewGroup>
        {photos.map((photo, index) => (
          <Image
            key={photo}
            src={photoUrl(photo)}
            width={52}
            height={52}
            alt={t("returns.photo.of", { what: label, n: index + 1 })}
          />
        ))}
      </Image.PreviewGroup>
    </div>
  );
}

interface PhotoFieldProps {
  readonly photos: readonly string[];
  readonly onChange: (photos: readonly string[]) => void;
}

/** Takes pictures with the camera or from files; each is made smaller here and sent at once. */
export function PhotoField({ photos, onChange }: PhotoFieldProps) {
  const { t } = useTranslation();
  const textOf = useProblemText();
  const [busy, setBusy] = useState(0);
  const [problem, setProblem] = useState<string | null>(null);
  const take = async (files: readonly File[]) => {
    setProblem(null);
    let known = photos;
    for (const file of files.slice(0, photosMax - photos.length)) {
      setBusy((count) => count + 1);
      try {
        const photo = await uploadPhoto(await shrink(file));
        if (!known.includes(photo)) known = [...known, photo];
        onChange(known);
      } catch (error) {
        setProblem(error instanceof ApiError ? textOf(error) : t("returns.photo.unreadable"));
      } finally {
        setBusy((count) => count - 1);
      }
    }
  };
  return (
    <div>
      <div className={css.photos} data-photos={photos.length}>
        {photos.map((photo, index) => (
          <span key={photo} className={css.thumb}>
            <img src={photoUrl(photo)} alt={t("returns.photo.number", { n: index + 1 })} />
            <button
              type="button"
              aria-label={t("returns.photo.remove", { n: index + 1 })}
              onClick={() => onChange(photos.filter((one) => one !== photo))}
            >
              <Icon name="close" size={14} />
            </button>
          </span>
        ))}
        {photos.length < photosMax && (
          <label className={css.addPhoto} data-busy={busy > 0}>
            <Icon name="plus" size={18} />
            <span>{t(busy > 0 ? "returns.photo.sending" : "returns.photo.add")}</span>
            <input
              type="file"
              accept="image/*"
              capture="environment"
              multiple
              onChange={(event) => {
                void take([...(event.target.files ?? [])]);
                event.target.value = "";
              }}
            />
          </label>
        )}
      </div>
      {problem !== null && <Note tone="bad">{problem}</Note>}
    </div>
  );
}
