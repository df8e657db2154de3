// TSX: TypeScript with elements.
import * as React from "react";

type Props = { title: string; children?: React.ReactNode };

export interface State {
  open: boolean;
  toggle(): void;
}

export enum Size { Small, Large }

const DEFAULT: Props = { title: "none" };

export const Title = ({ title }: Props) => <h1 className="title">{title}</h1>;

const Memoized = React.memo(function Row(props: Props) {
  return <li>{props.title}</li>;
});

/** A hook. */
export function useOpen(initial = false): State {
  const [open, setOpen] = React.useState<boolean>(initial);
  const toggle = React.useCallback(() => setOpen((o) => !o), []);
  const log = (what: string) => console.log(what);
  return { open, toggle };
}

export class Panel extends React.Component<Props, State> {
  static defaultProps = DEFAULT;
  state: State = { open: false, toggle: () => this.setState({ open: true }) };

  private onClick = (event: React.MouseEvent<HTMLDivElement>): void => {
    event.preventDefault();
  };

  render() {
    const { title, children } = this.props;
    return (
      <div className="panel" onClick={this.onClick}>
        <Title title={title} />
        {this.state.open ? (
          <section aria-label="what the panel shows">{children}</section>
        ) : (
          <p>Nothing() to see {"{"} here, but enough to fill the line.</p>
        )}
        <footer onClick={() => this.state.toggle()}>Open or close it.</footer>
      </div>
    );
  }
}

export const generic = <T,>(list: T[]): T | undefined => list[0];

export default function App(): JSX.Element {
  return (
    <Panel title="x">
      <Memoized title="y" />
    </Panel>
  );
}
