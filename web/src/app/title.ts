import { useEffect } from "react";

const NAME = "Parley";
let title = "";
let count = 0;

export function titleText(page: string, news: number): string {
  const text = page ? `${page} · ${NAME}` : NAME;
  return news > 0 ? `(${news > 99 ? "99+" : news}) ${text}` : text;
}

function show(): void {
  document.title = titleText(title, count);
}

/** The page's part of the tab title. Page calls it; a screen without Page calls it itself. */
export function useTitle(page: string): void {
  useEffect(() => {
    title = page;
    show();
  }, [page]);
}

/** The number before the tab title; once, in the shell. */
export function useTitleCount(news: number): void {
  useEffect(() => {
    count = news;
    show();
    return () => {
      count = 0;
      show();
    };
  }, [news]);
}
