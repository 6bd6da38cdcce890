import { lazy } from "react";

export const loadSearch = () => import("./SearchResults");

export const SearchResults = lazy(async () => ({ default: (await loadSearch()).SearchResults }));

export { useOpenHit } from "./useOpenHit";
