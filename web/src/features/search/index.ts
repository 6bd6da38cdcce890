export { SearchResults } from "./SearchResults";
