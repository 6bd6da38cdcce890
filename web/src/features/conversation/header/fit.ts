/** What a header has room for beside the customer's name, which is the last to be cut. */
export type HeaderFit = {
  /** The assignee's name beside their face. */
  assigneeName: boolean;
  snooze: boolean;
  contact: boolean;
  close: boolean;
};

/** By its width in px. What does not fit is in the menu, or behind the customer's name. */
export function headerFit(width: number): HeaderFit {
  return {
    assigneeName: width >= 660,
    snooze: width >= 580,
    contact: width >= 500,
    close: width >= 440,
  };
}
