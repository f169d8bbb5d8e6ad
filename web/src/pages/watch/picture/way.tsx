import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useEffectEvent,
  useMemo,
  useState,
} from 'react';

/** How a viewer gets to see more: what the button in the picture says and does. The same stands in words beside it. */
export interface Way {
  label: string;
  press: () => void;
}

const Ways = createContext<{ way: Way | null; show: (way: Way | null) => void }>({
  way: null,
  show: () => undefined,
});

/** What stands beside a picture offers the way, and the picture has the button. */
export function WayProvider({ children }: { children: ReactNode }) {
  const [way, show] = useState<Way | null>(null);
  const value = useMemo(() => ({ way, show }), [way]);
  return <Ways value={value}>{children}</Ways>;
}

/** The way that is offered now. */
export function useWay(): Way | null {
  return useContext(Ways).way;
}

/** Offers a way as long as the view is there. @param label `null`: none now */
export function useOfferedWay(label: string | null, press: () => void): void {
  const { show } = useContext(Ways);
  const pressed = useEffectEvent(press);
  useEffect(() => {
    if (label === null) return;
    show({ label, press: () => pressed() });
    return () => show(null);
  }, [label, show]);
}
