import { useEffect, useRef, useState, type ReactNode } from 'react';

/**
 * Gives its children the width they have (CSS px), so that a chart is drawn for it instead of being scaled down to unreadable text.
 * Nothing is drawn before the first measurement; the box keeps `height` meanwhile.
 */
export function Measured({ height, children }: { height: number; children: (width: number) => ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      const found = Math.floor(entry?.contentRect.width ?? 0);
      // A hidden box measures zero, and a page being printed is another width: both would draw the chart for nobody.
      if (found > 0 && !window.matchMedia('print').matches) setWidth(found);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={box} style={{ minBlockSize: height }}>
      {width > 0 ? children(width) : null}
    </div>
  );
}
