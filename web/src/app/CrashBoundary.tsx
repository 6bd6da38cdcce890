import { Component, type ReactNode } from "react";
import { Crash } from "./Crash";

/** The last net: whatever breaks outside a route still leaves a page that says so. */
export class CrashBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? (
      <Crash onRetry={() => window.location.reload()} />
    ) : (
      this.props.children
    );
  }
}
