/** What stands side by side in a width of so many px: the views, the list, the conversation. */
export type Panes = { views: boolean; list: boolean; conversation: boolean };

/** From here on all three fit; on a screen 1200 wide the rest is the rail's. */
const THREE = 1140;
/** From here on the list and the conversation fit. */
const TWO = 840;

/** `open`: whether a conversation is. Where only one pane fits, it takes the place of the list. */
export function panesFor(width: number, open: boolean, viewsFolded: boolean): Panes {
  if (width < TWO) return { views: false, list: !open, conversation: open };
  return { views: width >= THREE && !viewsFolded, list: true, conversation: true };
}

export function viewsFit(width: number): boolean {
  return width >= THREE;
}
