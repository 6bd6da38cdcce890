export { SearchResults } from "./SearchResults";
export { useOpenHit } from "./useOpenHit";
