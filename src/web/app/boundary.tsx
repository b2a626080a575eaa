import { Component, type ReactNode } from "react";
import { Failure } from "../ui/state.tsx";

interface BoundaryState {
  readonly error: unknown;
}

/** What is left on screen where a part of the page breaks: a sentence and a way on, never an empty window. */
export class Boundary extends Component<{ children: ReactNode }, BoundaryState> {
  override state: BoundaryState = { error: null };

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error == null) return this.props.children;
    return (
      <main>
        <Failure error={this.state.error} onRetry={() => location.reload()} />
      </main>
    );
  }
}
