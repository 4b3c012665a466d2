import { iso31661Alpha2ToAlpha3 } from "iso-3166";

/** Codes of the upstream's own list that ISO 3166-1 does not assign, for places where people live. */
const alsoPlaces: ReadonlySet<string> = new Set([
  "XK", // Kosovo
  "AC", // Ascension
  "TA", // Tristan da Cunha
  "DG", // Diego Garcia
  "EA", // Ceuta and Melilla
  "IC", // Canary Islands
  "FX", // Metropolitan France
  "UK", // United Kingdom, as GB
  "XI", // Northern Ireland
  "XU", // United Kingdom without Northern Ireland
  "SF", // Finland, as FI
]);

/** Codes for places that no longer exist or have another code today. People were born there, but nobody lives there. */
const formerPlaces: ReadonlySet<string> = new Set([
  "AN", // Netherlands Antilles
  "BU", // Burma
  "CS", // Czechoslovakia; Serbia and Montenegro
  "NT", // Neutral Zone
  "SU", // Soviet Union
  "TP", // East Timor
  "YU", // Yugoslavia
  "ZR", // Zaire
]);

/** Whether a person can live there. The upstream's list also has CP, EU and EZ, where nobody lives. */
export const isHome = (code: string): boolean => Object.hasOwn(iso31661Alpha2ToAlpha3, code) || alsoPlaces.has(code);

/** Whether a living person can have been born there. */
export const isBirthplace = (code: string): boolean => isHome(code) || formerPlaces.has(code);
