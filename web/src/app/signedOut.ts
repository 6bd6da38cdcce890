import { rememberedSwitch } from "./remembered";

/** Somebody signed out by their own hand here, so that nothing signs them in again by itself. */
export const signedOutByHand = rememberedSwitch("signed_out", false);
