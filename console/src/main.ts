import { mount } from 'svelte';

import App from './ui/App.svelte';
import { desk } from './ui/desk.svelte';
import './shared/tokens.css';

desk.boot();
mount(App, { target: document.getElementById('app')! });
