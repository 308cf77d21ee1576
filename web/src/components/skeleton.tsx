import { useEffect, useState, type ReactNode } from 'react';
import classes from './states.module.css';

/** Renders nothing for the first 200 ms: what loads fast must not flicker. */
export function AfterDelay({ ms = 200, children }: { ms?: number; children: ReactNode }) {
  const [shown, setShown] = useState(ms === 0);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return shown ? children : null;
}

function Bone({ width, height = 14 }: { width: string | number; height?: number }) {
  return <span className={classes['bone']} style={{ inlineSize: width, blockSize: height }} />;
}

const widths = ['92%', '78%', '85%', '64%', '88%', '71%'];

/** Lines of text to come. The box keeps its height from the start, so that nothing jumps. */
export function SkeletonLines({ lines = 3 }: { lines?: number }) {
  return (
    <div aria-busy="true" aria-label="Loading" role="status" style={{ minBlockSize: lines * 26 }}>
      <AfterDelay>
        <div className={classes['bones']}>
          {Array.from({ length: lines }, (_, line) => (
            <Bone key={line} width={widths[line % widths.length] ?? '80%'} />
          ))}
        </div>
      </AfterDelay>
    </div>
  );
}

/** A card to come, of the height the real one will have. */
export function SkeletonCard({ height = 180 }: { height?: number }) {
  return (
    <div
      aria-busy="true"
      aria-label="Loading"
      role="status"
      className={classes['cardBone']}
      style={{ minBlockSize: height }}
    >
      <AfterDelay>
        <div className={classes['bones']}>
          <Bone width="34%" height={16} />
          <Bone width="60%" />
          <Bone width="100%" height={Math.max(16, height - 110)} />
        </div>
      </AfterDelay>
    </div>
  );
}

/** A page to come; the router shows it after its own 200 ms. */
export function PageSkeleton() {
  return (
    <div
      aria-busy="true"
      aria-label="Loading the page"
      role="status"
      className={classes['bones']}
      style={{ paddingBlock: 24 }}
    >
      <Bone width={180} height={24} />
      <Bone width={320} />
      <SkeletonCard height={320} />
    </div>
  );
}
