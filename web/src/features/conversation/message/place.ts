import type { Place } from "@/api/types";

/** Degrees as one copies them: five decimals are about a metre. */
export function coordinates({ latitude, longitude }: Place): string {
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
}

/** Where a place can be looked at; only opened when somebody asks for it. */
export function mapURL({ latitude, longitude }: Place): string {
  const at = `${latitude.toFixed(6)}/${longitude.toFixed(6)}`;
  return `https://www.openstreetmap.org/?mlat=${latitude.toFixed(6)}&mlon=${longitude.toFixed(6)}#map=16/${at}`;
}

/**
 * Coordinates as people have them: "48.1486, 17.1077", or the address of a place on Google Maps or
 * OpenStreetMap. null for anything else, and for what is not on Earth.
 */
export function readPlace(text: string): { latitude: number; longitude: number } | null {
  const number = String.raw`(-?\d{1,3}(?:\.\d+)?)`;
  const patterns = [
    String.raw`^\s*${number}\s*[,; ]\s*${number}\s*$`,
    `@${number},${number}`,
    `[?&](?:q|query|ll|destination)=${number}(?:,|%2C)${number}`,
    `mlat=${number}&mlon=${number}`,
    String.raw`#map=\d+/${number}/${number}`,
  ];
  for (const pattern of patterns) {
    const match = new RegExp(pattern).exec(text);
    if (!match) continue;
    const [latitude, longitude] = [Number(match[1]), Number(match[2])];
    if (Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) return { latitude, longitude };
  }
  return null;
}
