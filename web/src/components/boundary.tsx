import { Component, type ReactNode } from 'react';
import { Button } from './form/button.tsx';
import { ErrorNotice } from './notice.tsx';

/** Keeps a view that breaks, or can't be loaded, from taking the whole page along. */
export class Boundary extends Component<{ children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (!('error' in this.state)) return this.props.children;
    return (
      <ErrorNotice error={this.state.error}>
        <Button look="quiet" onClick={() => location.reload()}>
          Reload the page
        </Button>
      </ErrorNotice>
    );
  }
}
