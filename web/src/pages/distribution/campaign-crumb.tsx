import { Link } from '@tanstack/react-router';

export const campaignsCrumb = [
  <Link key="campaigns" to="/campaigns">
    Campaigns
  </Link>,
];
