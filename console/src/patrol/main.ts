import { mount } from 'svelte';

import '../shared/tokens.css';
import './patrol.css';
import App from './App.svelte';
import { patrol } from './patrol.svelte';

void patrol.begin();
mount(App, { target: document.getElementById('app')! });

// The page opens without a network where the browser trusts the connection (HTTPS, or this machine).
if ('serviceWorker' in navigator && import.meta.env.PROD) {
    void navigator.serviceWorker
        .register(`${import.meta.env.BASE_URL}sw.js`, { scope: import.meta.env.BASE_URL })
        .catch(() => undefined);
}
