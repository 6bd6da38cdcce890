export { sectionsFor } from "./sections";
