import { Link } from '@tanstack/react-router';
import { usePageTitle } from '../page-title.js';
import classes from './states.module.css';

/** One page for what does not exist and for what is another organization's. */
export function NotFound() {
  usePageTitle('Not found', undefined, true);
  return (
    <div className={classes['page']}>
      <div className={classes['state']}>
        <h1>There is nothing at this address</h1>
        <p className={classes['text']}>It may have been removed or merged, or the link is not quite right.</p>
        <p>
          <Link to="/">Go to the start page</Link>
        </p>
      </div>
    </div>
  );
}
